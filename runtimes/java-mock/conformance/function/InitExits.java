public class InitExits {
  static {
    System.exit(3);
  }

  public Object handle(Object event) {
    return event;
  }
}
