package io.stoa.libprocess;

/**
 * A process of ours watches one elsewhere, over a connection to its address, and talks to it. The link lasts until that
 * connection breaks, or is closed since its peer does not take what it is sent, or the link is {@link #close closed}.
 * Safe for use by any thread.
 */
public interface Link extends AutoCloseable {

    /**
     * Sends a message after all that was sent before; never blocks. Nothing is left out: where a message cannot be
     * taken, since too much is waiting already, the link is lost with all that has not been sent yet.
     *
     * @param name of the message, {@code mesos.internal.ResourceOffersMessage}
     * @param body kept until it is sent, do not change it; may be empty
     * @return false where the link is lost or closed; that it is true does not tell whether the peer gets it
     */
    boolean send(String name, byte[] body);

    /**
     * Runs it, on the {@link Peers#executor executor} of the peer, as soon as the peer has read so much that it may be
     * sent a lot more; never where the link is lost or closed before.
     *
     * @param heldBytes what the action holds in memory until then: it counts as waiting for the peer
     */
    void whenCaughtUp(int heldBytes, Runnable action);

    /**
     * Ends the link: its loss is not told any more, unless that has begun already. What was sent before still leaves;
     * then the connection is closed, if nobody else has a link to that address.
     */
    @Override
    void close();

    /**
     * As {@link #close}, but a connection that is still being opened, and that nobody else has a link over, is given up
     * at once with all that waits for it: others get its place.
     */
    void abandon();
}
