package io.stoa.driver.http;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call that waits to be sent, or a marker: something to be run when its turn comes. Run on the loop, it tells its
 * outcome; to hand it there takes no memory of its own.
 */
final class QueuedCall implements Runnable {

    private final byte[] body;
    private final @Nullable CallOutcome outcome;
    private final Runnable task;
    private final boolean anywhere;
    private int status;
    private String text = "";
    private boolean mayHaveArrived;

    private QueuedCall(byte[] body, @Nullable CallOutcome outcome, Runnable task, boolean anywhere) {
        this.body = body;
        this.outcome = outcome;
        this.task = task;
        this.anywhere = anywhere;
    }

    static QueuedCall of(byte[] body, CallOutcome outcome) {
        return new QueuedCall(body, outcome, () -> {}, false);
    }

    /** Whatever becomes of it, the task is run. */
    static QueuedCall marker(Runnable task) {
        return new QueuedCall(new byte[0], null, task, false);
    }

    /** A marker whose task does not need the loop: it is for those whom the loop itself may be waiting for. */
    static QueuedCall signal(Runnable task) {
        return new QueuedCall(new byte[0], null, task, true);
    }

    /** Hands it over, to the loop or at once. */
    void tell(Consumer<Runnable> loop) {
        if (anywhere) {
            run();
        } else {
            loop.accept(this);
        }
    }

    byte[] body() {
        return body;
    }

    boolean isMarker() {
        return outcome == null;
    }

    /** Before it is handed to the loop. */
    QueuedCall answered(int newStatus, String newText) {
        status = newStatus;
        text = newText;
        return this;
    }

    /** Before it is handed to the loop. */
    QueuedCall unanswered(String reason, boolean newMayHaveArrived) {
        status = 0;
        text = reason;
        mayHaveArrived = newMayHaveArrived;
        return this;
    }

    @Override
    public void run() {
        if (outcome == null) {
            task.run();
        } else if (status == 0) {
            outcome.unanswered(text, mayHaveArrived);
        } else {
            outcome.answered(status, text);
        }
    }
}
