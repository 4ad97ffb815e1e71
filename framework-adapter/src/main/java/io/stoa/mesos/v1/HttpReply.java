package io.stoa.mesos.v1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.Executor;

/**
 * The answer to one request, as the server offers it: either {@link #respond} once, or {@link #begin} and what follows.
 * The server adds {@code Date} and what says where the body ends.
 */
public interface HttpReply {

    /** The connection's event loop. */
    Executor executor();

    ByteBufAllocator allocator();

    /**
     * Answers as a whole; from any thread.
     *
     * @param text plain text in UTF-8; empty for no body and no {@code Content-Type}
     */
    void respond(HttpResponseStatus status, HttpHeaders headers, String text);

    /** Begins an answer with status 200 whose end is not known, in chunks. This and what follows: on the executor. */
    void begin(HttpHeaders headers);

    /** Sends one chunk, which it takes over; at the latest when the event loop has done what it is doing. */
    void write(ByteBuf chunk);

    /** How much was written that the client has not taken yet, in bytes. */
    long pendingBytes();

    /** Ends the answer in good order. */
    void end();

    /** Cuts the connection. */
    void close();

    /** Runs it, on the executor, when the connection is gone, whoever closed it; at once if it is gone already. */
    void whenClosed(Runnable action);
}
