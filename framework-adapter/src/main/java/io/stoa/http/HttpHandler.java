package io.stoa.http;

/** What answers the requests of a route. */
@FunctionalInterface
public interface HttpHandler {

    /**
     * Called on the event loop of the connection; must not block.
     *
     * @param reply to be answered exactly once, now or later, by any thread
     */
    void handle(HttpRequest request, HttpReply reply);
}
