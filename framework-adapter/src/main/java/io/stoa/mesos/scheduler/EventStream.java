package io.stoa.mesos.scheduler;

import io.stoa.state.model.StateVersion;
import java.util.concurrent.Executor;
import org.apache.mesos.v1.scheduler.Protos.Event;

/** The way to one subscribed scheduler. */
public interface EventStream {

    /**
     * What the scheduler proves with its further calls that they belong to this stream. No two schedulers have the
     * same; one that subscribes again may have the id that it had.
     */
    String id();

    /** What {@link #id} is worth. */
    default Transport transport() {
        return Transport.HTTP;
    }

    /** Runs one thing after the other; everything else but {@link #id} and {@link #transport} is called there only. */
    Executor executor();

    /**
     * Sends the first event.
     *
     * @param subscribed of type SUBSCRIBED
     * @param generation the version at which this subscription was committed
     * @param resumed whether the scheduler was subscribed before, by this id, and is so still as far as it knows
     */
    default void begin(Event subscribed, StateVersion generation, boolean resumed) {
        send(subscribed);
    }

    /**
     * Never blocks. A stream whose scheduler does not read is closed by the transport when too much is waiting; sending
     * to a stream that is closed has no effect.
     */
    void send(Event event);

    /**
     * Runs it, on the executor, as soon as the scheduler has read so much that there may be sent a lot more; never
     * where the stream is closed before.
     *
     * @param heldBytes what the action holds in memory until then: it counts as waiting for the scheduler
     */
    void whenCaughtUp(int heldBytes, Runnable action);

    /**
     * Closes the stream after what was sent. Without anything sent before: the subscription could not be taken now, and
     * the scheduler may try again.
     */
    void end();

    /**
     * Closes the stream and says why.
     *
     * @param message in Mesos' words
     */
    default void fail(StreamFailure failure, String message) {
        send(Events.error(message));
        end();
    }

    /** Closes the stream of a framework that was removed while it was subscribed. */
    default void removed() {
        end();
    }

    /**
     * Runs it, on the executor, as soon as the connection is gone, whoever closed it; at once if it is gone already.
     */
    void whenClosed(Runnable action);
}
