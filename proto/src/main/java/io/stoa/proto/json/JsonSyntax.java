package io.stoa.proto.json;

import java.nio.charset.StandardCharsets;

/**
 * Finds where Mesos' JSON parser gives up, so that the refusal names the same line and shows the same rest of it. Only
 * used once a text is known to be refused; a text is read at most twice.
 */
final class JsonSyntax {

    /** Mesos' parser refuses to go deeper. */
    static final int MAX_DEPTH = 100;

    private static final int END = -1;

    private final byte[] text;
    private final int end;
    private int next;
    private int last = END;
    private boolean ungot;
    private int line = 1;

    private JsonSyntax(byte[] text, int offset, int length) {
        this.text = text;
        this.next = offset;
        this.end = offset + length;
    }

    /** Mesos' words for a text that another parser refused. */
    static String describeError(byte[] text, int offset, int length) {
        JsonSyntax syntax = new JsonSyntax(text, offset, length);
        syntax.value(MAX_DEPTH);
        return "syntax error at line " + syntax.line + " near: " + syntax.restOfLine();
    }

    private String restOfLine() {
        StringBuilder rest = new StringBuilder();
        int start = ungot ? next - 1 : next;
        int stop = start;
        while (stop < end && text[stop] != '\n') {
            stop++;
        }
        String tail = new String(text, start, stop - start, StandardCharsets.UTF_8);
        tail.chars().filter(c -> c >= ' ').forEach(c -> rest.append((char) c));
        return rest.toString();
    }

    private boolean value(int depth) {
        skipWhitespace();
        int c = get();
        return switch (c) {
            case 'n' -> match("ull");
            case 'f' -> match("alse");
            case 't' -> match("rue");
            case '"' -> string();
            case '[' -> array(depth);
            case '{' -> object(depth);
            default -> {
                unget();
                yield (isDigit(c) || c == '-') && number();
            }
        };
    }

    private boolean array(int depth) {
        if (depth == 0) {
            return false;
        }
        if (expect(']')) {
            return true;
        }
        do {
            if (!value(depth - 1)) {
                return false;
            }
        } while (expect(','));
        return expect(']');
    }

    private boolean object(int depth) {
        if (depth == 0) {
            return false;
        }
        if (expect('}')) {
            return true;
        }
        do {
            if (!expect('"') || !string() || !expect(':') || !value(depth - 1)) {
                return false;
            }
        } while (expect(','));
        return expect('}');
    }

    private boolean string() {
        while (true) {
            int c = get();
            if (c < ' ') {
                unget();
                return false;
            }
            if (c == '"') {
                return true;
            }
            if (c == '\\' && !escape()) {
                return false;
            }
        }
    }

    private boolean escape() {
        int c = get();
        if (c != 'u') {
            return c != END && "\"\\/bfnrt".indexOf(c) >= 0;
        }
        int first = fourHexDigits();
        if (first == END || Character.isLowSurrogate((char) first)) {
            return false;
        }
        if (!Character.isHighSurrogate((char) first)) {
            return true;
        }
        if (get() != '\\' || get() != 'u') {
            unget();
            return false;
        }
        int second = fourHexDigits();
        return second != END && Character.isLowSurrogate((char) second);
    }

    private int fourHexDigits() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(get(), 16);
            if (digit < 0) {
                unget();
                return END;
            }
            value = value * 16 + digit;
        }
        return value;
    }

    private boolean number() {
        StringBuilder digits = new StringBuilder();
        int c = get();
        while (isDigit(c) || c == '+' || c == '-' || c == 'e' || c == 'E' || c == '.') {
            digits.append((char) c);
            c = get();
        }
        unget();
        try {
            Double.parseDouble(digits.toString());
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private boolean match(String rest) {
        for (int i = 0; i < rest.length(); i++) {
            if (get() != rest.charAt(i)) {
                unget();
                return false;
            }
        }
        return true;
    }

    private boolean expect(char expected) {
        skipWhitespace();
        if (get() != expected) {
            unget();
            return false;
        }
        return true;
    }

    private void skipWhitespace() {
        int c = get();
        while (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            c = get();
        }
        unget();
    }

    private int get() {
        if (ungot) {
            ungot = false;
            return last;
        }
        if (next == end) {
            last = END;
            return END;
        }
        if (last == '\n') {
            line++;
        }
        last = text[next++] & 0xff;
        return last;
    }

    private void unget() {
        ungot = last != END;
    }
}
