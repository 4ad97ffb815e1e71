package io.stoa.agent.check;

import io.stoa.time.Time;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tries again and again, one attempt at a time, until it is stopped. */
final class CheckLoop {

    private final CheckPlan plan;
    private final Probe probe;
    private final Consumer<Outcome> result;
    private final Time time;
    private final Executor thread;
    private Time.@Nullable Timer timer;
    private @Nullable CompletableFuture<Outcome> attempt;
    private boolean stopped;

    /**
     * @param result is told on the thread what every attempt led to; may stop this
     * @param thread where everything here runs
     */
    CheckLoop(CheckPlan plan, Probe probe, Consumer<Outcome> result, Time time, Executor thread) {
        this.plan = plan;
        this.probe = probe;
        this.result = result;
        this.time = time;
        this.thread = thread;
    }

    void start(long delayMs) {
        timer = time.after(delayMs, thread, this::attempt);
    }

    private void attempt() {
        if (stopped) {
            return;
        }
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Outcome> started = probe.attempt(() -> begun.complete(null));
        attempt = started;
        if (plan.timeoutMs() > 0) {
            begun.thenRunAsync(() -> limit(started), thread);
        }
        started.whenCompleteAsync((outcome, failure) -> ended(started, outcome), thread);
    }

    private void limit(CompletableFuture<Outcome> started) {
        if (started == attempt) {
            timer = time.after(plan.timeoutMs(), thread, () -> timedOut(started));
        }
    }

    private void timedOut(CompletableFuture<Outcome> started) {
        if (started == attempt && started.cancel(true)) {
            finish(new Outcome.Failure(probe.name() + " timed out after " + seconds(plan.timeoutMs())));
        }
    }

    /** @param outcome null where it was cancelled here */
    private void ended(CompletableFuture<Outcome> started, @Nullable Outcome outcome) {
        if (started == attempt && outcome != null) {
            finish(outcome);
        }
    }

    private void finish(Outcome outcome) {
        attempt = null;
        cancelTimer();
        result.accept(outcome);
        if (!stopped) {
            start(plan.intervalMs());
        }
    }

    /** What is under way is broken off, and not told. */
    void stop() {
        stopped = true;
        cancelTimer();
        CompletableFuture<Outcome> underWay = attempt;
        attempt = null;
        if (underWay != null) {
            underWay.cancel(true);
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private static String seconds(long ms) {
        return ms % 1_000 == 0 ? ms / 1_000 + "secs" : ms + "ms";
    }
}
