package lambdabootstraps;

/** What happens when nobody is left to give this process an invocation. */
final class Abandoned extends Thread {
  private static final long GRACE_MS = 2_000;

  private Abandoned() {
    super("lambda-bootstraps");
    setDaemon(true);
  }

  /** The client's own loop ends then, but threads of the function may keep the process alive. */
  static void leaveSoon() {
    new Abandoned().start();
  }

  @Override
  public void run() {
    try {
      sleep(GRACE_MS);
    } catch (InterruptedException e) {
      // Sooner, then.
    }
    Runtime.getRuntime().halt(1);
  }
}
