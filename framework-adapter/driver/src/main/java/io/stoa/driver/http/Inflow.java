package io.stoa.driver.http;

import java.io.IOException;

/** How many bytes of events wait for the loop. Whoever reads the stream waits while there are too many. */
final class Inflow {

    private final int maxBytes;
    private long bytes;
    private boolean closed;

    Inflow(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Waits until the events before leave room; one event passes whatever its size. */
    synchronized void enter(int count) throws IOException, InterruptedException {
        while (bytes > 0 && bytes + count > maxBytes && !closed) {
            wait();
        }
        if (closed) {
            throw new IOException("The connection is closed");
        }
        bytes += count;
    }

    synchronized void leave(int count) {
        bytes -= count;
        notifyAll();
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
