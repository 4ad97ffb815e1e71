package io.stoa.http;

/** Answers requests that are not for the routes, whatever path they name. */
public interface Detour extends HttpHandler {

    /**
     * Whether it answers a request. Called on the event loop; must not block.
     *
     * @param head a request; its body need not be there yet
     */
    boolean takes(HttpRequest head);
}
