package lambdabootstraps;

import com.amazonaws.services.lambda.runtime.api.client.runtimeapi.dto.InvocationRequest;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Frames on two inherited descriptors, as packages/core/src/frames/codec.ts has them. */
final class Frames extends Transport {
  private static final byte INVOKE = 1;
  private static final byte NEXT = 2;
  private static final byte RESPONSE = 3;

  private static final int LENGTH_BYTES = 4;
  private static final int HEAD_BYTES = LENGTH_BYTES + 1;
  private static final int ID_LENGTH_BYTES = 2;
  private static final byte[] NEXT_FRAME = {0, 0, 0, 1, NEXT};

  /** What Java's file streams pass to the system without memory of their own. */
  private static final int SMALL = 8192;

  private static final int ACCEPTED = 202;
  private static final int OK = 200;

  private final FileInputStream input;
  private final FileOutputStream output;
  private final byte[] buffer = new byte[SMALL];
  private int start;
  private int end;

  private Frames(FileDescriptor input, FileDescriptor output) {
    this.input = new FileInputStream(input);
    this.output = new FileOutputStream(output);
  }

  /** @param descriptors two numbers: frames come from the first and go to the second, for example {@code 3,4} */
  static Frames on(String descriptors) {
    int comma = descriptors.indexOf(',');
    return new Frames(inherited(descriptors.substring(0, comma)), inherited(descriptors.substring(comma + 1)));
  }

  /** Sockets cannot be opened again through /proc. The command line opens java.io, as Lambda's own does for the log. */
  private static FileDescriptor inherited(String number) {
    try {
      Constructor<FileDescriptor> constructor = FileDescriptor.class.getDeclaredConstructor(int.class);
      constructor.setAccessible(true);
      return constructor.newInstance(Integer.parseInt(number));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public synchronized int next(InvocationRequest request) throws IOException {
    try {
      output.write(NEXT_FRAME);
      int bytes = readInt();
      byte kind = readByte();
      if (kind != INVOKE) throw new IOException("a frame of the kind " + kind);
      int headerBytes = readInt();
      setHeaders(request, FlatJson.read(new String(read(headerBytes), StandardCharsets.UTF_8)));
      request.setContent(read(bytes - 1 - LENGTH_BYTES - headerBytes));
      return OK;
    } catch (IOException e) {
      Abandoned.leaveSoon();
      throw e;
    }
  }

  @Override
  public synchronized int respond(String requestId, byte[] payload) throws IOException {
    byte[] id = requestId.getBytes(StandardCharsets.UTF_8);
    int headBytes = HEAD_BYTES + ID_LENGTH_BYTES + id.length;
    boolean small = headBytes + payload.length <= SMALL;
    ByteBuffer frame = ByteBuffer.allocate(small ? headBytes + payload.length : headBytes);
    frame.putInt(1 + ID_LENGTH_BYTES + id.length + payload.length);
    frame.put(RESPONSE);
    frame.putShort((short) id.length);
    frame.put(id);
    if (small) frame.put(payload);
    output.write(frame.array());
    if (!small) output.write(payload);
    return ACCEPTED;
  }

  private int readInt() throws IOException {
    return readByte() << 24 | (readByte() & 255) << 16 | (readByte() & 255) << 8 | (readByte() & 255);
  }

  private byte readByte() throws IOException {
    if (start == end) {
      end = Math.max(0, input.read(buffer));
      start = 0;
      if (end == 0) throw new EOFException();
    }
    return buffer[start++];
  }

  /** A long payload goes straight to where it stays. */
  private byte[] read(int length) throws IOException {
    byte[] bytes = new byte[length];
    int done = Math.min(length, end - start);
    System.arraycopy(buffer, start, bytes, 0, done);
    start += done;
    while (done < length) {
      int count = input.read(bytes, done, Math.min(length - done, 8 * SMALL));
      if (count < 0) throw new EOFException();
      done += count;
    }
    return bytes;
  }
}
