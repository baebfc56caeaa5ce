package lambdabootstraps;

import java.util.HashMap;
import java.util.Map;

/** Reads a JSON object whose values are all strings: what an INVOKE frame has for headers. */
final class FlatJson {
  private final String text;
  private int position;

  private FlatJson(String text) {
    this.text = text;
  }

  /** @throws IllegalArgumentException when the text is something else */
  static Map<String, String> read(String text) {
    try {
      return new FlatJson(text).readObject();
    } catch (StringIndexOutOfBoundsException | NumberFormatException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private Map<String, String> readObject() {
    Map<String, String> members = new HashMap<>();
    expect('{');
    if (peek() == '}') return members;
    do {
      String name = readString();
      expect(':');
      members.put(name, readString());
    } while (next() == ',');
    position--;
    expect('}');
    return members;
  }

  private String readString() {
    expect('"');
    StringBuilder result = new StringBuilder();
    for (char c = text.charAt(position++); c != '"'; c = text.charAt(position++)) {
      result.append(c == '\\' ? readEscape() : c);
    }
    return result.toString();
  }

  private char readEscape() {
    char c = text.charAt(position++);
    switch (c) {
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'u':
        position += 4;
        return (char) Integer.parseInt(text.substring(position - 4, position), 16);
      default:
        return c;
    }
  }

  private void expect(char wanted) {
    if (next() != wanted) throw new IllegalArgumentException(text);
  }

  private char next() {
    char c = peek();
    position++;
    return c;
  }

  /** The next character that is no white space. */
  private char peek() {
    while (text.charAt(position) <= ' ') position++;
    return text.charAt(position);
  }
}
