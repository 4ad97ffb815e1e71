package io.stoa.proto.recordio;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes a stream apart into records as its bytes arrive. Belongs to one stream; not safe for use by many threads. */
public final class RecordIoDecoder {

    /** No memory is taken for what a header only promises. */
    private static final int FIRST_CAPACITY = 64 * 1024;

    private final int maxRecordBytes;
    private final Consumer<byte[]> records;
    private @Nullable RecordIoException failure;
    private boolean inHeader = true;
    private int headerDigits;
    private long length;
    private byte[] record = {};
    private int filled;

    /**
     * @param maxRecordBytes a longer record is an error, found when its header has arrived
     * @param records gets each record as soon as it is complete
     */
    public RecordIoDecoder(int maxRecordBytes, Consumer<byte[]> records) {
        this.maxRecordBytes = maxRecordBytes;
        this.records = records;
    }

    /** @throws RecordIoException for a bad header; and from then on always */
    public void decode(byte[] bytes, int offset, int count) throws RecordIoException {
        if (failure != null) {
            throw failure;
        }
        int next = offset;
        int end = offset + count;
        while (next < end) {
            if (inHeader) {
                header(bytes[next++]);
            } else {
                next += body(bytes, next, end - next);
            }
        }
    }

    /** @throws RecordIoException where the stream ended within a record */
    public void end() throws RecordIoException {
        if (failure == null && (!inHeader || headerDigits > 0)) {
            throw fail("stream ended after " + filled + " bytes of a record (expected: " + length + ")");
        }
    }

    private void header(byte c) throws RecordIoException {
        if (c == '\n' && headerDigits > 0) {
            inHeader = false;
            record = new byte[(int) Math.min(length, FIRST_CAPACITY)];
            emitIfComplete();
            return;
        }
        if (c < '0' || c > '9') {
            throw fail("byte in a record's length: 0x%02x (expected: a digit or a newline)".formatted(c));
        }
        headerDigits++;
        length = length * 10 + (c - '0');
        if (length > maxRecordBytes) {
            throw fail("record of at least " + length + " bytes (expected: <= " + maxRecordBytes + ")");
        }
    }

    private int body(byte[] bytes, int from, int available) {
        int taken = (int) Math.min(available, length - filled);
        if (filled + taken > record.length) {
            long doubled = Math.max(filled + taken, 2L * record.length);
            record = Arrays.copyOf(record, (int) Math.min(length, doubled));
        }
        System.arraycopy(bytes, from, record, filled, taken);
        filled += taken;
        emitIfComplete();
        return taken;
    }

    private void emitIfComplete() {
        if (filled < length) {
            return;
        }
        byte[] complete = record;
        inHeader = true;
        headerDigits = 0;
        length = 0;
        filled = 0;
        record = new byte[0];
        records.accept(complete);
    }

    private RecordIoException fail(String message) {
        failure = new RecordIoException(message);
        return failure;
    }
}
