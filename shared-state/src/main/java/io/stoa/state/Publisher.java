package io.stoa.state;

import io.stoa.state.journal.JournalException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for batches to become durable, in order, and makes them known: first the snapshot, then the results, then the
 * listeners. One thread, {@code state-publish}; what it runs must not block.
 */
final class Publisher {

    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    /** What is told about batches, on the publishing thread. */
    interface Sink {

        /** The batch is durable. */
        void durable(Batch batch);

        /** This batch or one before it may not be durable, and nothing can be appended any more. */
        void lost(Batch batch, String reason);
    }

    private final BlockingQueue<Optional<Batch>> batches = new LinkedBlockingQueue<>();
    private final Semaphore room;
    private final Sink sink;
    private final Consumer<String> onLoss;
    private final Thread thread = new Thread(this::run, "state-publish");

    Publisher(int maxInFlight, Sink sink, Consumer<String> onLoss) {
        this.room = new Semaphore(maxInFlight);
        this.sink = sink;
        this.onLoss = onLoss;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Waits until one more batch may be under way. */
    void awaitRoom() throws InterruptedException {
        room.acquire();
    }

    void add(Batch batch) {
        batches.add(Optional.of(batch));
    }

    /** Ends the thread when everything that was added before has been published or lost. */
    void finish() {
        batches.add(Optional.empty());
    }

    /** Waits for the thread to end. */
    void join(long timeoutMs) throws InterruptedException {
        if (Thread.currentThread() != thread) {
            thread.join(timeoutMs);
        }
    }

    private void run() {
        @Nullable String lossReason = null;
        try {
            for (Optional<Batch> next = batches.take(); next.isPresent(); next = batches.take()) {
                Batch batch = next.get();
                if (lossReason == null) {
                    lossReason = publish(batch);
                    if (lossReason != null) {
                        sink.lost(batch, lossReason);
                        onLoss.accept(lossReason);
                    }
                } else {
                    sink.lost(batch, lossReason);
                }
                room.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Null where the batch is durable and published; otherwise why not. */
    private @Nullable String publish(Batch batch) throws InterruptedException {
        try {
            batch.durable().get();
        } catch (ExecutionException | CompletionException e) {
            return e.getCause() instanceof JournalException refused
                    ? refused.getMessage()
                    : String.valueOf(e.getCause());
        }
        try {
            sink.durable(batch);
            return null;
        } catch (RuntimeException | Error e) {
            // Who has heard of it, nobody knows: all hear of it from who leads next, and that may be this process.
            LOG.error("a batch cannot be published", e);
            return "the newest batch cannot be published: " + e;
        }
    }
}
