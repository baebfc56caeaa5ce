import java.util.Map;

public class App {
    public Map<String, Object> handle(Map<String, Object> event) {
        return Map.of("got", event);
    }
}
