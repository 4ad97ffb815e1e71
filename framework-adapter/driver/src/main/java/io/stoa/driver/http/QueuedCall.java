package io.stoa.driver.http;

import org.jspecify.annotations.Nullable;

/**
 * A call that waits to be sent, or a marker: something to be run when its turn comes. Run on the loop, it tells its
 * outcome; to hand it there takes no memory of its own.
 */
final class QueuedCall implements Runnable {

    private final byte[] body;
    private final @Nullable CallOutcome outcome;
    private final Runnable task;
    private int status;
    private String text = "";
    private boolean mayHaveArrived;

    private QueuedCall(byte[] body, @Nullable CallOutcome outcome, Runnable task) {
        this.body = body;
        this.outcome = outcome;
        this.task = task;
    }

    static QueuedCall of(byte[] body, CallOutcome outcome) {
        return new QueuedCall(body, outcome, () -> {});
    }

    /** Whatever becomes of it, the task is run. */
    static QueuedCall marker(Runnable task) {
        return new QueuedCall(new byte[0], null, task);
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
