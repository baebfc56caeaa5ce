package example;

public class Broken {
  private final String never = String.valueOf(1 / Integer.parseInt("0"));

  public String handle(Object event) {
    return never;
  }
}
