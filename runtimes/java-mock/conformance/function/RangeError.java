public class RangeError extends RuntimeException {
  public RangeError(String message) {
    super(message);
  }
}
