package example;

import com.amazonaws.services.lambda.crac.Context;
import com.amazonaws.services.lambda.crac.Core;
import com.amazonaws.services.lambda.crac.Resource;
import java.util.ArrayList;
import java.util.List;

public class Hooks implements Resource {
  private final List<String> called = new ArrayList<>();

  public Hooks() {
    Core.getGlobalContext().register(this);
  }

  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) {
    called.add("before");
  }

  @Override
  public void afterRestore(Context<? extends Resource> context) {
    called.add("after");
  }

  public List<String> handle(Object event) {
    return called;
  }
}
