package io.stoa.driver.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The body of an answer: in chunks, of a given length, or up to the end of the connection. */
final class ResponseBody {

    private static final int MAX_TEXT_BYTES = 64 << 10;
    private static final int MAX_SKIPPED_BYTES = 1 << 20;
    private static final int MAX_CHUNK_LINE_BYTES = 1 << 10;
    private static final int MAX_TRAILERS = 100;
    private static final long UNTIL_END = Long.MAX_VALUE;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private final HttpSocket socket;
    private final boolean chunked;
    /** Of the body, or of the chunk that is being read. */
    private long remaining;

    private boolean firstChunk = true;
    private boolean ended;

    ResponseBody(HttpSocket socket, ResponseHead head) throws IOException {
        this.socket = socket;
        chunked = head.header("transfer-encoding").equalsIgnoreCase("chunked");
        if (!chunked) {
            String length = head.header("content-length");
            if (head.status() == NO_CONTENT || head.status() == NOT_MODIFIED) {
                remaining = 0;
            } else {
                remaining = length.isEmpty() ? UNTIL_END : number(length, 10);
            }
            ended = remaining == 0;
        }
    }

    /** Whether the body's end is also the connection's. */
    boolean endsWithConnection() {
        return !chunked && remaining == UNTIL_END;
    }

    /** The next byte, or -1 at the end. */
    int read() throws IOException {
        if (!available()) {
            return -1;
        }
        int next = socket.read();
        if (next < 0) {
            return endOfConnection();
        }
        took(1);
        return next;
    }

    /** At least one byte, or -1 at the end. */
    int read(byte[] to, int offset, int length) throws IOException {
        if (!available()) {
            return -1;
        }
        int count = socket.read(to, offset, (int) Math.min(length, remaining));
        if (count < 0) {
            return endOfConnection();
        }
        took(count);
        return count;
    }

    /** Reads up to the end; of a long text what is behind the first 64 KiB is left out. */
    String text() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 << 10];
        int total = 0;
        for (int count = read(buffer, 0, buffer.length); count >= 0; count = read(buffer, 0, buffer.length)) {
            text.write(buffer, 0, Math.min(count, MAX_TEXT_BYTES - text.size()));
            total += count;
            if (total > MAX_SKIPPED_BYTES) {
                throw new IOException("The text of an answer has more than " + MAX_SKIPPED_BYTES + " bytes");
            }
        }
        return new String(text.toByteArray(), StandardCharsets.UTF_8);
    }

    private int endOfConnection() throws IOException {
        if (!endsWithConnection()) {
            throw new EOFException("The connection ended within an answer");
        }
        ended = true;
        return -1;
    }

    private void took(int count) {
        if (!endsWithConnection()) {
            remaining -= count;
            ended = !chunked && remaining == 0;
        }
    }

    /** Whether there is a byte to come, as far as one can know. */
    private boolean available() throws IOException {
        if (chunked && !ended && remaining == 0) {
            nextChunk();
        }
        return !ended;
    }

    private void nextChunk() throws IOException {
        if (!firstChunk && !socket.readLine(MAX_CHUNK_LINE_BYTES).isEmpty()) {
            throw new IOException("A chunk of an answer is longer than it says");
        }
        firstChunk = false;
        String line = socket.readLine(MAX_CHUNK_LINE_BYTES);
        int semicolon = line.indexOf(';');
        remaining = number(semicolon < 0 ? line : line.substring(0, semicolon), 16);
        if (remaining == 0) {
            ended = true;
            for (int i = 0; !socket.readLine(MAX_CHUNK_LINE_BYTES).isEmpty(); i++) {
                if (i == MAX_TRAILERS) {
                    throw new IOException("An answer has more than " + MAX_TRAILERS + " trailers");
                }
            }
        }
    }

    private static long number(String digits, int radix) throws IOException {
        try {
            long number = Long.parseLong(digits.trim(), radix);
            if (number >= 0 && number != UNTIL_END) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IOException("The length of an answer is '" + digits + "' (expected: a number)", e);
        }
        throw new IOException("The length of an answer is '" + digits + "' (expected: 0 or more)");
    }
}
