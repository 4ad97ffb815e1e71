package io.stoa.agent.docker;

import io.stoa.time.Time;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where an engine is called: on a few threads, since it does not do more at the same time. The queue holds a few calls
 * a container at most.
 */
final class EngineCalls implements Executor, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EngineCalls.class);

    private static final long FIRST_RETRY_MS = 250;
    private static final long LAST_RETRY_MS = 10_000;

    private final Time time;
    private final ExecutorService threads;

    /** @param name of the threads, before their number */
    EngineCalls(Time time, String name, int threadsMax) {
        this.time = time;
        AtomicInteger count = new AtomicInteger();
        threads = Executors.newFixedThreadPool(threadsMax, work -> {
            Thread thread = new Thread(work, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void execute(Runnable call) {
        try {
            threads.execute(call);
        } catch (RejectedExecutionException e) {
            LOG.debug("Dropped what came after the end");
        }
    }

    void after(long delayMs, Runnable call) {
        time.after(delayMs, this, call);
    }

    /** Makes a call again, for as long as it takes, where it throws {@link NoAnswerException}. */
    void untilAnswered(Runnable call) {
        attempt(call, FIRST_RETRY_MS);
    }

    private void attempt(Runnable call, long retryMs) {
        execute(() -> {
            try {
                call.run();
            } catch (NoAnswerException e) {
                LOG.warn("Asking again retryMs={}: {}", retryMs, e.getMessage());
                time.after(retryMs, Runnable::run, () -> attempt(call, Math.min(2 * retryMs, LAST_RETRY_MS)));
            }
        });
    }

    /** Breaks off what is under way and forgets the rest. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
