package io.stoa.driver.http;

/**
 * What a connection tells. Always on the loop, in order, and nothing but {@link #late} after
 * {@link ApiConnection#close()}. Unless it is closed before, a connection ends with exactly one of {@link #refused} and
 * {@link #lost}, and is closed then.
 */
public interface ApiListener {

    /**
     * SUBSCRIBE was taken; events follow.
     *
     * @param streamId of {@code Mesos-Stream-Id}, empty where the server has none
     */
    void subscribed(String streamId);

    /** An event, in protobuf. */
    void received(byte[] event);

    /** An event that waited to be told while its connection was closed. */
    default void late(byte[] event) {}

    /**
     * SUBSCRIBE was answered, but not with 200.
     *
     * @param status of HTTP
     * @param text of the answer's body, cut where it is very long
     */
    void refused(int status, String text);

    /** There was no connection, or there is none any more: its end, a deadline, a malformed answer, no memory. */
    void lost(String reason);
}
