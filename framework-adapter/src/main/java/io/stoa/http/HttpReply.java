package io.stoa.http;

import java.io.InputStream;
import java.util.concurrent.Executor;

/** The answer to one request; to be given exactly once, from any thread. */
public interface HttpReply {

    /** The event loop of the connection: where what belongs to this connection is done, in order. */
    Executor eventLoop();

    /** Answers with a whole response; compressed where the client takes that and it is worth it. */
    void send(HttpResponse response);

    /**
     * Answers with a stream of chunks.
     *
     * @param head status and headers; without a body
     * @param closed run once on the event loop when the stream is over, whoever ended it
     */
    HttpStream stream(HttpResponse head, Runnable closed);

    /**
     * Answers with a body too large to be held: it is read piece by piece, each when the client has taken the one
     * before.
     *
     * @param head status and headers; without a body
     * @param length of the body in bytes; where the source ends earlier the connection is closed
     * @param body closed when all of it is sent, and when the client goes away
     * @param reader reads the source, which may block
     */
    void send(HttpResponse head, long length, InputStream body, Executor reader);

    /**
     * Answers with a large body that is in memory: it leaves as fast as the client takes it, and is coded as a whole
     * response is. Not to be called on an event loop.
     *
     * @param head status and headers; without a body
     */
    default void send(HttpResponse head, PiecedBody body) {
        send(head, body.length(), body.stream(), eventLoop());
    }
}
