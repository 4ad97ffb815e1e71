package io.stoa.http;

/**
 * The chunks of a streaming response. Safe for use by any thread; nothing blocks. A reader that leaves more unread than
 * {@link HttpLimits#maxPendingStreamBytes()} is cut.
 */
public interface HttpStream {

    /** Sends one chunk holding one RecordIO record. Ignored when the stream is over. */
    void sendRecord(byte[] record);

    /**
     * Runs the action on the event loop, as soon as so little is unread that who has a lot to say may go on; never
     * where the stream is over before. To be called on the event loop.
     *
     * @param heldBytes what the action holds in memory until then: it counts as unread for who is cut
     */
    void whenCaughtUp(int heldBytes, Runnable action);

    /** Ends the stream with everything sent so far. */
    void end();

    /** Ends the stream, and its connection, with what its reader has taken. */
    void cut();
}
