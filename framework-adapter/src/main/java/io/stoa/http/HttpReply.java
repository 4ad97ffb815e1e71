package io.stoa.http;

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
     * @param head status and headers; its body is the first chunk, if it has one
     * @param closed run once on the event loop when the stream is over, whoever ended it
     */
    HttpStream stream(HttpResponse head, Runnable closed);
}
