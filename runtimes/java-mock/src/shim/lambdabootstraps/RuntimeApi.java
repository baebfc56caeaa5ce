package lambdabootstraps;

import com.amazonaws.services.lambda.runtime.api.client.runtimeapi.dto.InvocationRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The Runtime API's own HTTP, on a connection for each thread: several may wait for an invocation at once. */
final class RuntimeApi extends Transport {
  private static final String PATH = "/2018-06-01/runtime/invocation/";
  private static final int OK = 200;
  private static final byte[] NOTHING = {};

  private final String authority;
  private final String commonHeaders;
  private final ThreadLocal<HttpConnection> connections = new ThreadLocal<>();

  RuntimeApi(String authority, String userAgent) {
    this.authority = authority;
    this.commonHeaders = " HTTP/1.1\r\nHost: " + authority + "\r\nUser-Agent: " + userAgent + "\r\n";
  }

  @Override
  public int next(InvocationRequest request) throws IOException {
    HttpConnection.Reply reply = exchange("GET " + PATH + "next" + commonHeaders + "\r\n", NOTHING);
    if (reply.status != OK) return reply.status;
    setHeaders(request, reply.headers);
    request.setContent(reply.body);
    return OK;
  }

  @Override
  public int respond(String requestId, byte[] payload) throws IOException {
    String head = "POST " + PATH + requestId + "/response" + commonHeaders;
    String bodyHeaders = "Content-Type: application/json\r\nContent-Length: " + payload.length + "\r\n\r\n";
    return exchange(head + bodyHeaders, payload).status;
  }

  /** A connection that was kept may have been closed just now: nothing was heard on it then, and another is made. */
  private HttpConnection.Reply exchange(String head, byte[] body) throws IOException {
    byte[] headBytes = head.getBytes(StandardCharsets.ISO_8859_1);
    HttpConnection kept = connections.get();
    if (kept != null && kept.isOpen()) {
      try {
        return kept.exchange(headBytes, body);
      } catch (HttpConnection.UnheardException e) {
        kept.close();
      }
    }
    HttpConnection fresh = new HttpConnection(authority);
    connections.set(fresh);
    return fresh.exchange(headBytes, body);
  }
}
