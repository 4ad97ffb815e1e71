package io.stoa.agent.fetch;

import io.stoa.time.Time;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Closes a download that brings nothing for too long, so that its reader gets an error instead of waiting forever. */
final class StallGuardedStream extends FilterInputStream {

    private final Time time;
    private final long stallTimeoutMs;
    private volatile Time.Timer timer;
    private volatile long lastReadMs;
    private volatile boolean stalled;

    StallGuardedStream(InputStream in, Time time, long stallTimeoutMs) {
        super(in);
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
            throw stalled ? stall() : e;
        }
        if (stalled) {
            throw stall();
        }
        lastReadMs = time.monotonicMs();
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

    private FetchException stall() {
        return new FetchException("Error downloading resource: nothing came for " + stallTimeoutMs + " ms");
    }
}
