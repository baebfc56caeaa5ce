public class InitThrows {
  public InitThrows() {
    throw new RangeError("it does not load");
  }

  public Object handle(Object event) {
    return event;
  }
}
