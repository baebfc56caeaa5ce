package lambdabootstraps;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** One connection of HTTP/1.1, used for one exchange after the other. */
final class HttpConnection {
  /** The peer was gone before it said a word. */
  static final class UnheardException extends IOException {
    private static final long serialVersionUID = 1;

    UnheardException(IOException cause) {
      super(cause);
    }
  }

  static final class Reply {
    final int status;
    /** By their names in lower case. */
    final Map<String, String> headers = new HashMap<>();
    byte[] body = {};

    Reply(int status) {
      this.status = status;
    }
  }

  private final Socket socket;
  private final InputStream input;
  private final OutputStream output;

  /** @param authority HOST:PORT */
  HttpConnection(String authority) throws IOException {
    int colon = authority.lastIndexOf(':');
    socket = new Socket(authority.substring(0, colon), Integer.parseInt(authority.substring(colon + 1)));
    socket.setTcpNoDelay(true);
    input = new BufferedInputStream(socket.getInputStream());
    output = socket.getOutputStream();
  }

  boolean isOpen() {
    return !socket.isClosed();
  }

  void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone in any case.
    }
  }

  Reply exchange(byte[] head, byte[] body) throws IOException {
    try {
      Reply reply = request(head, body);
      if ("close".equalsIgnoreCase(reply.headers.get("connection"))) close();
      return reply;
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private Reply request(byte[] head, byte[] body) throws IOException {
    String statusLine;
    try {
      output.write(head);
      output.write(body);
      statusLine = readLine();
    } catch (IOException e) {
      throw new UnheardException(e);
    }
    Reply reply = readHead(statusLine);
    while (reply.status < 200) reply = readHead(readLine());
    reply.body = readBody(reply);
    return reply;
  }

  /** @param statusLine for example {@code HTTP/1.1 200 OK} */
  private Reply readHead(String statusLine) throws IOException {
    String[] words = statusLine.split(" ", 3);
    if (words.length < 2 || !words[1].matches("\\d{3}")) throw new IOException("no status: " + statusLine);
    Reply reply = new Reply(Integer.parseInt(words[1]));
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      int colon = line.indexOf(':');
      if (colon < 0) throw new IOException("no header: " + line);
      reply.headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
    }
    return reply;
  }

  private byte[] readBody(Reply reply) throws IOException {
    if (reply.status == 204) return reply.body;
    if ("chunked".equalsIgnoreCase(reply.headers.get("transfer-encoding"))) return readChunks();
    String length = reply.headers.get("content-length");
    if (length == null) {
      reply.headers.put("connection", "close");
      return readToEnd();
    }
    return readFully(Integer.parseInt(length));
  }

  private byte[] readChunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int length = readChunkLength(); length > 0; length = readChunkLength()) {
      body.write(readFully(length), 0, length);
      readLine();
    }
    while (!readLine().isEmpty()) continue; // trailers
    return body.toByteArray();
  }

  private int readChunkLength() throws IOException {
    return Integer.parseInt(readLine().split(";", 2)[0].trim(), 16);
  }

  private byte[] readToEnd() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] part = new byte[8192];
    for (int count = input.read(part); count >= 0; count = input.read(part)) body.write(part, 0, count);
    return body.toByteArray();
  }

  private byte[] readFully(int length) throws IOException {
    byte[] bytes = new byte[length];
    for (int done = 0; done < length; ) {
      int count = input.read(bytes, done, length - done);
      if (count < 0) throw new EOFException();
      done += count;
    }
    return bytes;
  }

  /** Each byte is a character, as Node.js and hyper read headers too. */
  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = input.read(); c != '\n'; c = input.read()) {
      if (c < 0) throw new EOFException();
      if (c != '\r') line.append((char) c);
    }
    return line.toString();
  }
}
