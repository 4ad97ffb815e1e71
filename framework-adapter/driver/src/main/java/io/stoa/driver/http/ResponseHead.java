package io.stoa.driver.http;

import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The status line and the headers of an answer. */
final class ResponseHead {

    private static final int MAX_LINE_BYTES = 8 << 10;
    private static final int MAX_LINES = 100;
    private static final int STATUS_DIGITS = 3;
    private static final int FIRST_FINAL_STATUS = 200;

    private final int status;
    private final boolean persistent;
    private final Map<String, String> headers;

    private ResponseHead(int status, boolean persistent, Map<String, String> headers) {
        this.status = status;
        this.persistent = persistent;
        this.headers = headers;
    }

    /** Reads it; answers such as 100, behind which another one follows, are passed over. */
    static ResponseHead read(HttpSocket socket) throws IOException {
        for (int i = 0; i < MAX_LINES; i++) {
            ResponseHead head = readOne(socket);
            if (head.status >= FIRST_FINAL_STATUS) {
                return head;
            }
        }
        throw new IOException("More than " + MAX_LINES + " answers came before the final one");
    }

    private static ResponseHead readOne(HttpSocket socket) throws IOException {
        String line = socket.readLine(MAX_LINE_BYTES);
        String[] words = line.split(" ", 3);
        if (!words[0].startsWith("HTTP/1.") || words.length < 2 || words[1].length() != STATUS_DIGITS) {
            throw new IOException("An answer begins with '" + cut(line) + "' (expected: HTTP/1.1 and a status)");
        }
        int status = status(line, words[1]);
        Map<String, String> headers = new HashMap<>();
        for (int i = 0; i < MAX_LINES; i++) {
            String header = socket.readLine(MAX_LINE_BYTES);
            if (header.isEmpty()) {
                return new ResponseHead(status, words[0].equals("HTTP/1.1"), headers);
            }
            int colon = header.indexOf(':');
            if (colon <= 0) {
                throw new IOException("A header of an answer is '" + cut(header) + "' (expected: a name and a colon)");
            }
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).trim());
        }
        throw new IOException("An answer has more than " + MAX_LINES + " headers");
    }

    private static int status(String line, String digits) throws IOException {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new IOException("An answer begins with '" + cut(line) + "' (expected: a status of three digits)", e);
        }
    }

    private static String cut(String line) {
        return line.length() <= 100 ? line : line.substring(0, 100) + "…";
    }

    int status() {
        return status;
    }

    /** Empty where it is absent. */
    String header(String lowerCaseName) {
        return headers.getOrDefault(lowerCaseName, "");
    }

    /** Whether the connection can serve another request behind this answer's body. */
    boolean keepsAlive() {
        String connection = header("connection");
        return persistent ? !connection.equalsIgnoreCase("close") : connection.equalsIgnoreCase("keep-alive");
    }
}
