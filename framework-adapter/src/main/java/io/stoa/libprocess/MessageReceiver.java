package io.stoa.libprocess;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A process that messages are for. */
@FunctionalInterface
public interface MessageReceiver {

    /** A process that exists and listens to nobody: what it is sent counts as delivered. */
    MessageReceiver DEAF = message -> {};

    /** There is room. */
    CompletionStage<Void> ROOM = CompletableFuture.completedStage(null);

    /**
     * Called on the event loop of the connection that brought the message, for one connection in the order in which its
     * messages came; those of two connections come at the same time. Must not block. The sender learns nothing of what
     * becomes of the message.
     */
    void receive(Message message);

    /**
     * When more may be received from somebody; asked after each message of his. Until it completes, by any thread,
     * nothing more is received over the connection that brought it, so that who says more than can be dealt with has to
     * wait.
     */
    default CompletionStage<Void> room(Upid from) {
        return ROOM;
    }
}
