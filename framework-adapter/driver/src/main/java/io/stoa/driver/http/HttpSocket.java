package io.stoa.driver.http;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A connection that can be closed from any thread whatever its own thread is doing, and on which nothing waits longer
 * than it was told. One thread reads and writes.
 */
final class HttpSocket implements Closeable {

    private static final int BUFFER_BYTES = 16 << 10;
    /** How often a reader that waits looks at its deadline, which may have been set anew meanwhile. */
    private static final int TICK_MS = 250;

    private final Socket socket = new Socket(Proxy.NO_PROXY);
    private final LongSupplier nanoClock;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private LongSupplier silenceMs = () -> 0;
    private long silentSinceNanos;
    private long deadlineNanos = Long.MAX_VALUE;
    /** When the write under way began, 0 while there is none. */
    private volatile long writingSinceNanos;

    private volatile long lastUsedNanos;

    HttpSocket(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        lastUsedNanos = nanoClock.getAsLong();
    }

    void connect(Endpoint endpoint, int timeoutMs) throws IOException {
        InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
        if (address.isUnresolved()) {
            throw new IOException("The address of host " + endpoint.host() + " cannot be found");
        }
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        socket.setSoTimeout(TICK_MS);
        socket.connect(address, timeoutMs);
    }

    /** From now on reading ends at a moment, whatever has come until then. */
    void endReadingAfter(long timeoutMs) {
        deadlineNanos = nanoClock.getAsLong() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    }

    /**
     * Reading ends some time from now, unless this is called again until then: for each whole event, since a peer that
     * has fallen ill may go on for ever with pieces of one.
     *
     * @param timeoutMs asked again and again; 0: for ever
     */
    void endReadingInSilence(LongSupplier timeoutMs) {
        deadlineNanos = Long.MAX_VALUE;
        silenceMs = timeoutMs;
        silentSinceNanos = nanoClock.getAsLong();
    }

    void write(byte[] bytes) throws IOException {
        writingSinceNanos = nanoClock.getAsLong() | 1;
        try {
            socket.getOutputStream().write(bytes);
        } finally {
            writingSinceNanos = 0;
            lastUsedNanos = nanoClock.getAsLong();
        }
    }

    /** Whether a write has made no progress for long; any thread. */
    boolean writesLongerThan(long limitMs) {
        long since = writingSinceNanos;
        return since != 0 && nanoClock.getAsLong() - since > TimeUnit.MILLISECONDS.toNanos(limitMs);
    }

    /** The next byte, or -1 at the end. */
    int read() throws IOException {
        return position < limit || fill() ? buffer[position++] & 0xff : -1;
    }

    /** At least one byte, or -1 at the end. */
    int read(byte[] to, int offset, int length) throws IOException {
        if (position == limit && !fill()) {
            return -1;
        }
        int count = Math.min(length, limit - position);
        System.arraycopy(buffer, position, to, offset, count);
        position += count;
        return count;
    }

    /** A line without its end. */
    String readLine(int maxBytes) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = read(); next != '\n'; next = read()) {
            if (next < 0) {
                throw new EOFException("The connection ended within a line of " + line.length() + " bytes");
            }
            if (line.length() == maxBytes) {
                throw new IOException("A line of the answer has more than " + maxBytes + " bytes");
            }
            line.append((char) next);
        }
        int end = line.length() - 1;
        if (end >= 0 && line.charAt(end) == '\r') {
            line.setLength(end);
        }
        return line.toString();
    }

    /**
     * Whether the peer has closed the connection while nobody used it, so that it would be a loss to write another
     * request. Costs a millisecond on a connection that was idle for a while, nothing on another.
     */
    boolean isStale(long idleMs) throws IOException {
        if (!isIdle(idleMs)) {
            return false;
        }
        socket.setSoTimeout(1);
        try {
            // There is no request that this could be an answer to: whatever came, the connection is of no use.
            int unused = socket.getInputStream().read();
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } finally {
            socket.setSoTimeout(TICK_MS);
        }
    }

    /** Whether something has come that nobody has read yet, as far as it is known without waiting. */
    boolean hasUnread() {
        return position < limit;
    }

    /** Whether nothing was read or written for some time. */
    boolean isIdle(long timeMs) {
        return nanoClock.getAsLong() - lastUsedNanos > TimeUnit.MILLISECONDS.toNanos(timeMs);
    }

    private boolean fill() throws IOException {
        InputStream input = socket.getInputStream();
        long begin = nanoClock.getAsLong();
        while (true) {
            checkPatience(begin);
            try {
                int count = input.read(buffer, 0, buffer.length);
                lastUsedNanos = nanoClock.getAsLong();
                position = 0;
                limit = Math.max(count, 0);
                return count > 0;
            } catch (SocketTimeoutException e) {
                // Only a look at the deadline is due.
            }
        }
    }

    private void checkPatience(long beginNanos) throws SocketTimeoutException {
        long now = nanoClock.getAsLong();
        if (deadlineNanos != Long.MAX_VALUE) {
            if (now - deadlineNanos > 0) {
                long waitedMs = TimeUnit.NANOSECONDS.toMillis(now - beginNanos);
                throw new SocketTimeoutException("An answer is late; nothing came for the last " + waitedMs + " ms");
            }
            return;
        }
        long timeoutMs = silenceMs.getAsLong();
        long silentMs = TimeUnit.NANOSECONDS.toMillis(now - silentSinceNanos);
        if (timeoutMs > 0 && silentMs >= timeoutMs) {
            throw new SocketTimeoutException(
                    "No whole event came for " + silentMs + " ms (expected: one within " + timeoutMs + " ms)");
        }
    }

    /** Any thread. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more, which is all that was wanted.
            return;
        }
    }
}
