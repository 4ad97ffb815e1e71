package io.stoa.driver.http;

import java.util.function.LongSupplier;

/** How long a connection waits, and by which clock, and how much it holds. Immutable. */
public final class ConnectionLimits {

    private static final ConnectionLimits USUAL =
            new ConnectionLimits(10_000, 30_000, 75_000, 64 << 20, 16 << 20, 100_000, 64 << 20, System::nanoTime);

    private final int connectTimeoutMs;
    private final int answerTimeoutMs;
    private final int idleTimeoutMs;
    private final int recordBytes;
    private final int inflowBytes;
    private final int queuedCalls;
    private final int queuedBytes;
    private final LongSupplier nanoClock;

    private ConnectionLimits(
            int connectTimeoutMs,
            int answerTimeoutMs,
            int idleTimeoutMs,
            int recordBytes,
            int inflowBytes,
            int queuedCalls,
            int queuedBytes,
            LongSupplier nanoClock) {
        this.connectTimeoutMs = connectTimeoutMs;
        this.answerTimeoutMs = answerTimeoutMs;
        this.idleTimeoutMs = idleTimeoutMs;
        this.recordBytes = recordBytes;
        this.inflowBytes = inflowBytes;
        this.queuedCalls = queuedCalls;
        this.queuedBytes = queuedBytes;
        this.nanoClock = nanoClock;
    }

    /**
     * What serves a cluster of some 10,000 agents: all that is on offer can come in one event, and an offer with
     * attributes, ports and reservations takes some 4 KB.
     */
    public static ConnectionLimits usual() {
        return USUAL;
    }

    /** How long a peer may take to accept a connection. */
    public ConnectionLimits withConnectTimeoutMs(int timeoutMs) {
        return new ConnectionLimits(
                timeoutMs,
                answerTimeoutMs,
                idleTimeoutMs,
                recordBytes,
                inflowBytes,
                queuedCalls,
                queuedBytes,
                nanoClock);
    }

    /** How long the answer to SUBSCRIBE, up to its first event, and to each call may take. */
    public ConnectionLimits withAnswerTimeoutMs(int timeoutMs) {
        return new ConnectionLimits(
                connectTimeoutMs,
                timeoutMs,
                idleTimeoutMs,
                recordBytes,
                inflowBytes,
                queuedCalls,
                queuedBytes,
                nanoClock);
    }

    /**
     * How long the stream may go without a whole event; 0: for ever, as agents send nothing to an executor that has
     * nothing to do.
     */
    public ConnectionLimits withIdleTimeoutMs(int timeoutMs) {
        return new ConnectionLimits(
                connectTimeoutMs,
                answerTimeoutMs,
                timeoutMs,
                recordBytes,
                inflowBytes,
                queuedCalls,
                queuedBytes,
                nanoClock);
    }

    /** How large an event may be, and how many bytes of events wait for the loop before the stream is read on. */
    public ConnectionLimits withEventBytes(int largest, int waiting) {
        return new ConnectionLimits(
                connectTimeoutMs,
                answerTimeoutMs,
                idleTimeoutMs,
                largest,
                waiting,
                queuedCalls,
                queuedBytes,
                nanoClock);
    }

    /** How many calls, and bytes of calls, may wait to be sent. */
    public ConnectionLimits withQueuedCalls(int calls, int bytes) {
        return new ConnectionLimits(
                connectTimeoutMs, answerTimeoutMs, idleTimeoutMs, recordBytes, inflowBytes, calls, bytes, nanoClock);
    }

    /** What tells the connection how much time has passed, but for that of {@link #withConnectTimeoutMs}. */
    ConnectionLimits withNanoClock(LongSupplier clock) {
        return new ConnectionLimits(
                connectTimeoutMs,
                answerTimeoutMs,
                idleTimeoutMs,
                recordBytes,
                inflowBytes,
                queuedCalls,
                queuedBytes,
                clock);
    }

    int connectTimeoutMs() {
        return connectTimeoutMs;
    }

    public int answerTimeoutMs() {
        return answerTimeoutMs;
    }

    int idleTimeoutMs() {
        return idleTimeoutMs;
    }

    int recordBytes() {
        return recordBytes;
    }

    int inflowBytes() {
        return inflowBytes;
    }

    int queuedCalls() {
        return queuedCalls;
    }

    int queuedBytes() {
        return queuedBytes;
    }

    LongSupplier nanoClock() {
        return nanoClock;
    }
}
