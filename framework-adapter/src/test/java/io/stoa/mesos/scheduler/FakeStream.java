package io.stoa.mesos.scheduler;

import com.google.protobuf.TextFormat;
import io.stoa.state.model.StateVersion;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Event;

/** Keeps what a scheduler would be sent. */
final class FakeStream implements EventStream {

    final List<Event> events = new ArrayList<>();
    /** What waits until the scheduler has read more. */
    final Deque<Runnable> whatWaits = new ArrayDeque<>();

    boolean ended;
    /** Whether the scheduler went on from where it was; set when it is subscribed. */
    boolean resumed;

    StateVersion generation = StateVersion.ZERO;

    private final String id;
    private final Executor loop;
    private final List<Runnable> closeActions = new ArrayList<>();
    private boolean closed;

    FakeStream(String id, Executor loop) {
        this.id = id;
        this.loop = loop;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Executor executor() {
        return loop;
    }

    @Override
    public void begin(Event subscribed, StateVersion newGeneration, boolean goesOn) {
        generation = newGeneration;
        resumed = goesOn;
        send(subscribed);
    }

    @Override
    public void send(Event event) {
        if (ended) {
            throw new AssertionError(
                    "sent after the end: " + TextFormat.printer().printToString(event));
        }
        events.add(event);
    }

    @Override
    public void whenCaughtUp(int heldBytes, Runnable action) {
        whatWaits.add(action);
    }

    @Override
    public void end() {
        ended = true;
        close();
    }

    @Override
    public void whenClosed(Runnable action) {
        if (closed) {
            action.run();
        } else {
            closeActions.add(action);
        }
    }

    /** The connection breaks. */
    void close() {
        if (!closed) {
            closed = true;
            closeActions.forEach(Runnable::run);
        }
    }

    List<Event.Type> types() {
        return events.stream().map(Event::getType).toList();
    }

    TaskStatus lastStatus() {
        return events.get(events.size() - 1).getUpdate().getStatus();
    }

    /** {@code TASK_LOST REASON_INVALID_OFFERS message} of all updates. */
    List<String> updates() {
        return events.stream()
                .filter(event -> event.getType() == Event.Type.UPDATE)
                .map(event -> event.getUpdate().getStatus())
                .map(status -> status.getState() + " " + status.getReason() + " " + status.getMessage())
                .toList();
    }

    /** {@code id OPERATION_ERROR message} of all updates of operations. */
    List<String> operations() {
        return events.stream()
                .filter(event -> event.getType() == Event.Type.UPDATE_OPERATION_STATUS)
                .map(event -> event.getUpdateOperationStatus().getStatus())
                .map(status -> (status.getOperationId().getValue() + " " + status.getState() + " "
                                + status.getMessage())
                        .strip())
                .toList();
    }

    List<String> errors() {
        return events.stream()
                .filter(event -> event.getType() == Event.Type.ERROR)
                .map(event -> event.getError().getMessage())
                .toList();
    }
}
