package io.stoa.agent;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's own thread. Its queue is bounded by what feeds it: one message of the link at a time, a few events and
 * timers a task. A failure here is a broken invariant, and ends the agent; its tasks go on, for its next life.
 */
final class AgentLoop implements Executor, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AgentLoop.class);

    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread created = new Thread(work, "agent");
        created.setDaemon(true);
        return created;
    });
    private final Consumer<Throwable> onFault;

    AgentLoop(Consumer<Throwable> onFault) {
        this.onFault = onFault;
    }

    @Override
    public void execute(Runnable work) {
        try {
            thread.execute(() -> guard(work));
        } catch (RejectedExecutionException e) {
            LOG.debug("Dropped what came after the end");
        }
    }

    private void guard(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error fault) {
            LOG.error("The agent ends", fault);
            onFault.accept(fault);
        }
    }

    /** What is queued still runs, and is waited for. */
    @Override
    public void close() {
        thread.shutdown();
        Agent.awaitEnd(thread);
    }
}
