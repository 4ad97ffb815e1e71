package io.stoa.cli.run;

import io.stoa.cli.CommandException;
import io.stoa.cli.ExitCode;
import io.stoa.cli.HttpEndpoint;
import io.stoa.cli.Waiting;
import io.stoa.time.Time;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;

/**
 * A framework's subscription that outlives connections and masters: where one is lost, the framework subscribes again
 * under its id, and the next event is SUBSCRIBED once more. Events are read on one thread, calls go out on any.
 */
public final class Subscription implements AutoCloseable {

    /** How long a framework's master may be away; tasks do not mind. */
    private static final long PATIENCE_MS = 600_000;

    private static final long RETRY_MS = 500;

    private final Supplier<HttpEndpoint> masters;
    private final Time time;
    private final Consumer<String> told;
    private FrameworkInfo framework;
    private volatile SchedulerStream stream;
    private final Object lastWord = new Object();
    private volatile boolean tornDown;

    /**
     * Subscribes for the first time, at once or not at all.
     *
     * @param masters finds the leading master
     * @param told takes a line for the user
     */
    public Subscription(Supplier<HttpEndpoint> masters, FrameworkInfo framework, Time time, Consumer<String> told) {
        this.masters = masters;
        this.framework = framework;
        this.time = time;
        this.told = told;
        stream = SchedulerStream.subscribe(masters.get(), framework);
    }

    /** Waits for the next event, through failures of connections and masters; after TEARDOWN there is an empty one. */
    public Event next() {
        while (true) {
            try {
                Event event = stream.next();
                if (event.getType() == Event.Type.SUBSCRIBED) {
                    framework = framework.toBuilder()
                            .setId(event.getSubscribed().getFrameworkId())
                            .build();
                }
                return event;
            } catch (CommandException e) {
                if (tornDown) {
                    return Event.getDefaultInstance();
                }
                if (e.exitCode() != ExitCode.UNREACHABLE || !framework.hasId()) {
                    throw e;
                }
                told.accept(e.getMessage() + "; subscribing again");
                subscribeAgain();
            }
        }
    }

    /**
     * Sends a call. One that cannot be sent is lost like one that its master did not get to: the connection ends, and
     * whoever reads the next events learns what became of the tasks.
     */
    public void send(Call call) {
        SchedulerStream current = stream;
        try {
            current.send(call);
        } catch (CommandException e) {
            told.accept(call.getType() + " is lost: " + e.getMessage());
            current.close();
        }
    }

    /**
     * Sends the framework's last word, once, and ends the wait for events. Whoever comes second waits for the first: to
     * close a stream before its TEARDOWN is answered takes the framework's subscription away from the call.
     */
    public void tearDown(Call call) {
        synchronized (lastWord) {
            if (!tornDown) {
                tornDown = true;
                send(call);
                stream.close();
            }
        }
    }

    private void subscribeAgain() {
        long deadlineMs = time.monotonicMs() + PATIENCE_MS;
        stream.close();
        while (true) {
            try {
                stream = SchedulerStream.subscribe(masters.get(), framework);
                return;
            } catch (CommandException e) {
                if (e.exitCode() != ExitCode.UNREACHABLE || time.monotonicMs() > deadlineMs) {
                    throw e;
                }
                Waiting.ms(RETRY_MS);
            }
        }
    }

    @Override
    public void close() {
        stream.close();
    }
}
