package io.stoa.agent.fetch;

import io.stoa.time.Time;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/**
 * Closes a download that brings nothing for too long, so that its reader gets an error instead of waiting forever; and
 * says how much came of one that broke.
 */
final class StallGuardedStream extends FilterInputStream {

    private final OptionalLong sizeBytes;
    private final Time time;
    private final long stallTimeoutMs;
    private volatile Time.Timer timer;
    private volatile long lastReadMs;
    private volatile boolean stalled;
    private long readBytes;

    /** @param sizeBytes empty where nobody knows */
    StallGuardedStream(InputStream in, OptionalLong sizeBytes, Time time, long stallTimeoutMs) {
        super(in);
        this.sizeBytes = sizeBytes;
        this.time = time;
        this.stallTimeoutMs = stallTimeoutMs;
        lastReadMs = time.monotonicMs();
        timer = time.after(stallTimeoutMs, Runnable::run, this::check);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read;
        try {
            read = super.read(buffer, offset, length);
        } catch (IOException e) {
            throw stalled ? stall() : broken(e);
        }
        if (stalled) {
            throw stall();
        }
        lastReadMs = time.monotonicMs();
        readBytes += Math.max(0, read);
        return read;
    }

    @Override
    public void close() throws IOException {
        timer.cancel();
        super.close();
    }

    private void check() {
        long quietMs = time.monotonicMs() - lastReadMs;
        if (quietMs < stallTimeoutMs) {
            timer = time.after(stallTimeoutMs - quietMs, Runnable::run, this::check);
            return;
        }
        stalled = true;
        try {
            super.close();
        } catch (IOException e) {
            // The reader learns of the stall whether or not the connection could still be closed.
            return;
        }
    }

    private FetchException broken(IOException e) {
        String expected = sizeBytes.isPresent() ? " (expected: " + sizeBytes.getAsLong() + ")" : " (expected: more)";
        return new FetchException(
                "Error downloading resource: the connection broke after " + readBytes + " bytes" + expected, e);
    }

    private FetchException stall() {
        return new FetchException("Error downloading resource: nothing came for " + stallTimeoutMs + " ms");
    }
}
