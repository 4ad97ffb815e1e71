package io.stoa.examples.service;

import io.stoa.client.SchedulerLoop;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.v1.Protos.TaskStatus;

/** The real ones: the agents' own endpoints, the loop that runs the scheduler, and the clock. */
final class Surroundings implements ServiceScheduler.Outside, AutoCloseable {

    /** How exactly a restart comes when it is due. */
    private static final long TICK_MS = 500;

    private final CompletableFuture<SchedulerLoop> loop = new CompletableFuture<>();
    private final UsageMeter meter;
    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "ticks");
        thread.setDaemon(true);
        return thread;
    });

    Surroundings(Duration measureEvery) {
        meter = new UsageMeter(measureEvery, this::wake);
        ticks.scheduleAtFixedRate(this::wake, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    }

    /** The scheduler is started with these surroundings first, and they get to know its loop then. */
    void attach(SchedulerLoop started) {
        loop.complete(started);
    }

    private void wake() {
        loop.thenAccept(SchedulerLoop::wake);
    }

    @Override
    public void follow(UsageMeter.Followed followed) {
        meter.follow(followed);
    }

    @Override
    public Optional<Usage> usage(String agentId) {
        return meter.usage(agentId);
    }

    @Override
    public void forget(String agentId) {
        meter.forget(agentId);
    }

    @Override
    public void acknowledge(TaskStatus status) {
        loop.thenAccept(started -> started.acknowledge(status));
    }

    @Override
    public long nowMs() {
        return System.currentTimeMillis();
    }

    @Override
    public void close() {
        ticks.shutdownNow();
        meter.close();
    }
}
