package io.stoa.http;

/**
 * What answers requests some of which have no end that anybody would wait for: bodies without a length are given as
 * they come.
 */
public interface StreamingHandler extends HttpHandler {

    /**
     * Whether a request is of that kind; it may last as long as its client likes, and its connection ends with it.
     *
     * @param head a request without its body
     */
    boolean streams(HttpRequest head);

    /**
     * In place of {@link #handle}, with the same rules.
     *
     * @param resume to be called, by any thread, to get more after {@link BodySink#take} has said no
     */
    BodySink open(HttpRequest head, HttpReply reply, Runnable resume);

    /** Who takes a body. Called on the event loop of the connection; must not block. */
    interface BodySink {

        /** @return false where no more is wanted for now: the client is not read from until {@code resume} is called */
        boolean take(byte[] piece);

        /** That was all of it. */
        void end();

        /** The client went away before the end. */
        void lost();
    }
}
