package io.stoa.http;

/**
 * How much of what a server takes from its clients. Beyond each the client is refused or cut, nobody else is disturbed.
 *
 * @param maxBodyBytes of a request; a larger one is 413
 * @param maxHeaderBytes of a request line, and of all headers together; more is 414 or 431
 * @param requestTimeoutMs within which a request has to be complete, from its first byte (or from the connection, for
 *     the first one); a slower client is cut
 * @param maxPendingStreamBytes written to a stream, but not yet taken by its reader; a slower reader is cut
 * @param maxPipelinedRequests that wait for the reply to an earlier one; then reading stops
 * @param maxPipelinedBytes of the bodies of those; then reading stops, too
 * @param maxConnections at the same time; further ones are closed at once
 */
public record HttpLimits(
        int maxBodyBytes,
        int maxHeaderBytes,
        long requestTimeoutMs,
        long maxPendingStreamBytes,
        int maxPipelinedRequests,
        long maxPipelinedBytes,
        int maxConnections) {

    private static final int MAX_BODY_BYTES = 64 << 20;

    /** Of a gRPC message between masters and agents: what has come as a body goes on in an envelope. */
    public static final int MAX_MESSAGE_BYTES = MAX_BODY_BYTES + (1 << 20);

    public static final HttpLimits STANDARD =
            new HttpLimits(MAX_BODY_BYTES, 64 << 10, 60_000, 64L << 20, 128, 1 << 20, 1 << 16);

    /**
     * With fewer connections where few files may be open: at most five in eight, so that enough are left for
     * connections to others and for what the process itself has to open.
     *
     * @param maxFiles how many files and connections the process may have open together
     */
    public HttpLimits within(long maxFiles) {
        return new HttpLimits(
                maxBodyBytes,
                maxHeaderBytes,
                requestTimeoutMs,
                maxPendingStreamBytes,
                maxPipelinedRequests,
                maxPipelinedBytes,
                (int) Math.min(maxConnections, Math.max(1, maxFiles / 8 * 5)));
    }
}
