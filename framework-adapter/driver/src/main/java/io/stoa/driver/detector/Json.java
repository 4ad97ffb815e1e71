package io.stoa.driver.detector;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON: objects as maps, arrays as lists, texts, {@code Double}, {@code Boolean}; null values are left out. */
final class Json {

    private static final int MOST_LEVELS = 32;

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** @throws IOException if the text is not one object */
    static Map<String, Object> object(String text) throws IOException {
        Json json = new Json(text);
        json.skipSpace();
        Map<String, Object> object = json.object(0);
        json.skipSpace();
        if (json.at != text.length()) {
            throw json.unexpected("nothing more");
        }
        return object;
    }

    private Object value(int level) throws IOException {
        if (level > MOST_LEVELS) {
            throw new IOException("JSON: levels: " + level + " (expected: at most " + MOST_LEVELS + ")");
        }
        switch (peek()) {
            case '{':
                return object(level);
            case '[':
                return array(level);
            case '"':
                return string();
            case 't':
                return word("true", true);
            case 'f':
                return word("false", false);
            case 'n':
                return word("null", Missing.VALUE);
            default:
                return number();
        }
    }

    private Map<String, Object> object(int level) throws IOException {
        Map<String, Object> object = new LinkedHashMap<>();
        expect('{');
        skipSpace();
        if (peek() == '}') {
            at++;
            return object;
        }
        while (true) {
            skipSpace();
            String name = string();
            skipSpace();
            expect(':');
            skipSpace();
            Object value = value(level + 1);
            if (value != Missing.VALUE) {
                object.put(name, value);
            }
            skipSpace();
            if (peek() == '}') {
                at++;
                return object;
            }
            expect(',');
        }
    }

    private List<Object> array(int level) throws IOException {
        List<Object> array = new ArrayList<>();
        expect('[');
        skipSpace();
        if (peek() == ']') {
            at++;
            return array;
        }
        while (true) {
            skipSpace();
            array.add(value(level + 1));
            skipSpace();
            if (peek() == ']') {
                at++;
                return array;
            }
            expect(',');
        }
    }

    private String string() throws IOException {
        expect('"');
        StringBuilder string = new StringBuilder();
        while (true) {
            char c = peek();
            at++;
            if (c == '"') {
                return string.toString();
            }
            string.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() throws IOException {
        char c = peek();
        at++;
        switch (c) {
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case 'r':
                return '\r';
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'u':
                if (at + 4 > text.length()) {
                    throw unexpected("four digits");
                }
                try {
                    char coded = (char) Integer.parseInt(text.substring(at, at + 4), 16);
                    at += 4;
                    return coded;
                } catch (NumberFormatException e) {
                    throw new IOException("JSON: at " + at + ": no four digits", e);
                }
            default:
                return c;
        }
    }

    private Double number() throws IOException {
        int start = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        try {
            return Double.valueOf(text.substring(start, at));
        } catch (NumberFormatException e) {
            throw new IOException("JSON: at " + start + ": no value", e);
        }
    }

    private Object word(String word, Object value) throws IOException {
        if (!text.startsWith(word, at)) {
            throw unexpected(word);
        }
        at += word.length();
        return value;
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() throws IOException {
        if (at >= text.length()) {
            throw unexpected("more");
        }
        return text.charAt(at);
    }

    private void expect(char c) throws IOException {
        if (peek() != c) {
            throw unexpected("'" + c + "'");
        }
        at++;
    }

    private IOException unexpected(String expected) {
        return new IOException("JSON: at " + at + " of " + text.length() + " (expected: " + expected + ")");
    }

    private enum Missing {
        VALUE
    }
}
