package lambdabootstraps;

import com.amazonaws.services.lambda.runtime.api.client.runtimeapi.dto.InvocationRequest;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** How invocations come into this process and answers leave it. Safe to use from several threads. */
public abstract class Transport {
  /** By frames where the command line names their descriptors, by the Runtime API's HTTP elsewhere. */
  public static Transport open(String runtimeApi, String userAgent) {
    // The function must not see these.
    String descriptors = System.clearProperty("lambdabootstraps.frames");
    String training = System.clearProperty("lambdabootstraps.training");
    if (descriptors != null) return Frames.on(descriptors);
    return training == null ? new RuntimeApi(runtimeApi, userAgent) : new Training();
  }

  /**
   * Waits for an invocation and fills it in.
   *
   * @return an HTTP status: 200 when there is one
   * @throws IOException when nobody is there to give one
   */
  public abstract int next(InvocationRequest request) throws IOException;

  /**
   * @return an HTTP status
   * @throws IOException when nobody is there to take it
   */
  public abstract int respond(String requestId, byte[] payload) throws IOException;

  /** Hands on what the Runtime API says in headers. The native client leaves out what is empty. */
  static void setHeaders(InvocationRequest request, Map<String, String> headers) {
    for (Map.Entry<String, String> header : headers.entrySet()) {
      if (!header.getValue().isEmpty()) setHeader(request, header.getKey(), header.getValue());
    }
  }

  private static void setHeader(InvocationRequest request, String name, String value) {
    switch (name.toLowerCase(Locale.ROOT)) {
      case "lambda-runtime-aws-request-id":
        request.setId(value);
        break;
      case "lambda-runtime-deadline-ms":
        request.setDeadlineTimeInMs(Long.parseLong(value));
        break;
      case "lambda-runtime-invoked-function-arn":
        request.setInvokedFunctionArn(value);
        break;
      case "lambda-runtime-trace-id":
        request.setXrayTraceId(value);
        break;
      case "lambda-runtime-client-context":
        request.setClientContext(value);
        break;
      case "lambda-runtime-cognito-identity":
        request.setCognitoIdentity(value);
        break;
      case "lambda-runtime-aws-tenant-id":
        request.setTenantId(value);
        break;
      default:
        break;
    }
  }
}
