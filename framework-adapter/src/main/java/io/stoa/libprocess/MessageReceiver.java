package io.stoa.libprocess;

/** A process that messages are for. */
@FunctionalInterface
public interface MessageReceiver {

    /** A process that exists and listens to nobody: what it is sent counts as delivered. */
    MessageReceiver DEAF = message -> {};

    /**
     * Called on the event loop of the connection that brought the message, for one connection in the order in which its
     * messages came; those of two connections come at the same time. Must not block. The sender learns nothing of what
     * becomes of the message.
     */
    void receive(Message message);
}
