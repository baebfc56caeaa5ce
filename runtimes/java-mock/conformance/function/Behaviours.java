import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

public class Behaviours {
  private static int count;

  public Object echo(Object event) {
    return event;
  }

  public void echoStream(InputStream input, OutputStream output) throws IOException {
    byte[] part = new byte[65536];
    for (int length = input.read(part); length >= 0; length = input.read(part)) output.write(part, 0, length);
  }

  public Object throwsError(Object event) {
    throw new TypeError("it is broken");
  }

  public Object exit42(Object event) {
    System.exit(42);
    return event;
  }

  public Object exit0(Object event) {
    System.exit(0);
    return event;
  }

  public Object sigkill(Object event) throws Exception {
    String self = String.valueOf(ProcessHandle.current().pid());
    new ProcessBuilder("kill", "-KILL", self).start().waitFor();
    return event;
  }

  public Object loop(Object event) {
    for (long turns = 0; ; turns++) count += turns % 2;
  }

  public Object loopOnce(Map<String, Boolean> event) {
    return event.get("loop") ? loop(event) : event;
  }

  /** Written by hand, for the client leaves out what is null. */
  public void context(InputStream input, OutputStream output, Context context) throws IOException {
    ClientContext client = context.getClientContext();
    CognitoIdentity identity = context.getIdentity();
    String json =
        String.format(
            "{\"requestId\":%s,\"functionName\":%s,\"functionVersion\":%s,\"invokedFunctionArn\":%s,"
                + "\"remainingMs\":%d,\"clientContext\":%s,\"cognitoIdentityId\":%s,\"tenantId\":%s,\"traceId\":%s}",
            quote(context.getAwsRequestId()),
            quote(context.getFunctionName()),
            quote(context.getFunctionVersion()),
            quote(context.getInvokedFunctionArn()),
            context.getRemainingTimeInMillis(),
            client == null ? null : "{\"custom\":{\"key\":" + quote(client.getCustom().get("key")) + "}}",
            quote(identity == null ? null : identity.getIdentityId()),
            quote(context.getTenantId()),
            quote(context.getXrayTraceId()));
    output.write(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String quote(String text) {
    return text == null ? null : '"' + text + '"';
  }

  public Map<String, String> environment(Object event) {
    return System.getenv();
  }

  public String writes(Object event) {
    System.out.print("out without end");
    System.err.println("err line");
    return "written";
  }

  public String sevenMegabytes(Object event) {
    return "x".repeat(7_000_000);
  }

  public int counts(Object event) {
    return ++count;
  }

  public Object child(Object event) throws Exception {
    System.out.println("child=" + new ProcessBuilder("sleep", "1000").start().pid());
    return loop(event);
  }
}
