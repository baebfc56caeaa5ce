package com.amazonaws.services.lambda.runtime.api.client.runtimeapi;

import com.amazonaws.services.lambda.runtime.api.client.runtimeapi.dto.InvocationRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import lambdabootstraps.Transport;

/**
 * Stands in for the class of this name in aws-lambda-java-runtime-interface-client 2.6.0 to 2.9.0, whose methods are native.
 * It is found first, because its jar is the first on the class path.
 */
final class NativeClient {
  private static final int OK = 200;
  /** aws-lambda-cpp's REQUEST_NOT_MADE. */
  private static final int NOT_MADE = -1;

  private static Transport transport;

  private NativeClient() {}

  /** @param runtimeApi HOST:PORT of the Runtime API */
  static void init(String runtimeApi) {
    transport = Transport.open(runtimeApi, LambdaRuntimeApiClientImpl.USER_AGENT);
  }

  /** Blocks until there is an invocation. Several threads may wait at once. */
  static InvocationRequest next() {
    InvocationRequest request = new InvocationRequest();
    int status;
    try {
      status = transport.next(request);
    } catch (IOException e) {
      status = NOT_MADE;
    }
    if (status != OK) throw new LambdaRuntimeClientException("Failed to get next.", status);
    return request;
  }

  static void postInvocationResponse(byte[] requestId, byte[] response) {
    int status;
    try {
      status = transport.respond(new String(requestId, StandardCharsets.UTF_8), response);
    } catch (IOException e) {
      status = NOT_MADE;
    }
    if (status / 100 != 2) throw new LambdaRuntimeClientException("Failed to post invocation response.", status);
  }
}
