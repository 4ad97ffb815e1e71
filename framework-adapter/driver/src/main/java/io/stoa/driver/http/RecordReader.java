package io.stoa.driver.http;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Mesos' RecordIO: each record is its length in decimal digits, a newline, and its bytes. */
final class RecordReader {

    private static final int FIRST_BYTES = 64 << 10;
    private static final int MAX_DIGITS = 10;

    private final ResponseBody body;
    private final int maxBytes;

    RecordReader(ResponseBody body, int maxBytes) {
        this.body = body;
        this.maxBytes = maxBytes;
    }

    /** The next record, or null where the stream ends behind a whole one. */
    byte @Nullable [] next() throws IOException {
        int length = length();
        if (length < 0) {
            return null;
        }
        // It grows with what really comes: a length alone takes no memory.
        byte[] record = new byte[Math.min(length, FIRST_BYTES)];
        int size = 0;
        while (size < length) {
            if (size == record.length) {
                record = Arrays.copyOf(record, (int) Math.min(length, 4L * size));
            }
            int count = body.read(record, size, record.length - size);
            if (count < 0) {
                throw new EOFException("The stream ended after " + size + " of " + length + " bytes of an event");
            }
            size += count;
        }
        return record;
    }

    private int length() throws IOException {
        long length = 0;
        int digits = 0;
        for (int next = body.read(); next != '\n'; next = body.read()) {
            if (next < 0 && digits == 0) {
                return -1;
            }
            if (next < '0' || next > '9' || ++digits > MAX_DIGITS) {
                throw new IOException("Byte " + next + " in the length of an event (expected: digits and a newline)");
            }
            length = length * 10 + next - '0';
        }
        if (digits == 0 || length > maxBytes) {
            throw new IOException(
                    "An event of " + length + " bytes in " + digits + " digits (expected: at most " + maxBytes + ")");
        }
        return (int) length;
    }
}
