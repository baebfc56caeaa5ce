package example;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

public class Functions implements RequestHandler<Map<String, String>, String> {
  private static final CyclicBarrier FOUR = new CyclicBarrier(4);

  public static class Order {
    private String item;
    private int pieces;

    public String getItem() {
      return item;
    }

    public void setItem(String item) {
      this.item = item;
    }

    public int getPieces() {
      return pieces;
    }

    public void setPieces(int pieces) {
      this.pieces = pieces;
    }
  }

  @Override
  public String handleRequest(Map<String, String> event, Context context) {
    return "Hello, " + event.get("name") + "!";
  }

  public Order twice(Order order) {
    order.setPieces(2 * order.getPieces());
    return order;
  }

  public String fails(Object event) {
    throw new IllegalStateException("no, ünd €", new ArithmeticException("why"));
  }

  public String overflows(Object event) {
    return overflows(event) + event;
  }

  public String logs(Object event, Context context) {
    context.getLogger().log("one\ntwo\nthree\n");
    context.getLogger().log("hidden", LogLevel.DEBUG);
    context.getLogger().log("shown ü", LogLevel.WARN);
    System.out.println("printed ü");
    return "logged";
  }

  public Map<String, Object> surroundings(Object event) {
    Map<String, Object> facts = new HashMap<>();
    facts.put("properties", System.getProperties());
    facts.put("environment", System.getenv());
    facts.put("heapKb", Runtime.getRuntime().maxMemory() / 1024);
    facts.put("threads", Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toArray());
    return facts;
  }

  /** What a resource says that several jars have. */
  public String whose(String name) throws Exception {
    try (InputStream resource = Thread.currentThread().getContextClassLoader().getResourceAsStream(name)) {
      return resource == null ? "nobody's" : new String(resource.readAllBytes(), StandardCharsets.UTF_8).trim();
    }
  }

  /** Returns only when four invocations are here at once. */
  public Map<String, String> meets(String name, Context context) throws Exception {
    FOUR.await(60, TimeUnit.SECONDS);
    context.getLogger().log("met as " + name, LogLevel.INFO);
    return Map.of("name", name, "requestId", context.getAwsRequestId(), "thread", Thread.currentThread().getName());
  }

  /** Leaves a thread behind that keeps the process alive. */
  public String stays(String event) {
    new Thread(
            () -> {
              while (true) {
                try {
                  Thread.sleep(1_000);
                } catch (InterruptedException e) {
                  return;
                }
              }
            })
        .start();
    return event;
  }

  public int length(String event) {
    return event.length();
  }
}
