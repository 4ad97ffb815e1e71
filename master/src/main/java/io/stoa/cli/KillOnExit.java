package io.stoa.cli;

import io.stoa.cli.run.Subscription;
import io.stoa.cli.run.TaskRun;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.v1.scheduler.Protos.Call;

/**
 * While it is open, the end of the process (Ctrl-C, SIGTERM) ends the run's tasks, and waits a while for their ends; so
 * may others do.
 */
final class KillOnExit implements AutoCloseable {

    /** More than agents give a task between SIGTERM and SIGKILL; tests, whose machine may be slow, want longer. */
    private static final long PATIENCE_MS = Long.getLong("stoa.run.endTasksMs", 10_000);

    private final TaskRun run;
    private final Subscription subscription;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::kill, "kill-on-exit");

    private KillOnExit(TaskRun run, Subscription subscription) {
        this.run = run;
        this.subscription = subscription;
    }

    static KillOnExit arm(TaskRun run, Subscription subscription) {
        KillOnExit hook = new KillOnExit(run, subscription);
        Runtime.getRuntime().addShutdownHook(hook.thread);
        return hook;
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException e) {
            // The process is ending; the hook runs, and has been told that all is done.
        }
    }

    void kill() {
        if (closed.getCount() == 0) {
            return;
        }
        try {
            List<Call> kills = run.kill();
            kills.forEach(subscription::send);
            // Whoever waits for offers would wait for the next event; who waits for an end acknowledges that first.
            if (kills.isEmpty() || !closed.await(PATIENCE_MS, TimeUnit.MILLISECONDS)) {
                subscription.tearDown(run.tearDown());
                boolean unused = closed.await(PATIENCE_MS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
