package io.stoa.http;

/**
 * The chunks of a streaming response. Safe for use by any thread; nothing blocks. A reader that leaves more unread than
 * {@link HttpLimits#maxPendingStreamBytes()} is cut.
 */
public interface HttpStream {

    /** Sends one chunk holding one RecordIO record. Ignored when the stream is over. */
    void sendRecord(byte[] record);

    /** Ends the stream with everything sent so far. */
    void end();
}
