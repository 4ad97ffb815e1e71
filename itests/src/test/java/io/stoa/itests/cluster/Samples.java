package io.stoa.itests.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** What the master answers at a path again and again while a cluster runs; nothing while no master leads. */
final class Samples implements AutoCloseable {

    private static final int PERIOD_MS = 20;

    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<AssertionError> failures = new CopyOnWriteArrayList<>();
    private final ProcessCluster cluster;
    private final String path;
    private final BiConsumer<JsonNode, JsonNode> check;
    private final Thread thread;
    private JsonNode before = MissingNode.getInstance();
    private final AtomicInteger count = new AtomicInteger();

    private Samples(ProcessCluster cluster, String path, BiConsumer<JsonNode, JsonNode> check) {
        this.cluster = cluster;
        this.path = path;
        this.check = check;
        thread = new Thread(this::run, "samples");
        thread.setDaemon(true);
        thread.start();
    }

    /** @param check of each answer and the one before it; throws AssertionError */
    static Samples of(ProcessCluster cluster, String path, BiConsumer<JsonNode, JsonNode> check) {
        return new Samples(cluster, path, check);
    }

    private void run() {
        try {
            while (!closed.await(PERIOD_MS, TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() throws InterruptedException {
        try {
            JsonNode answer = cluster.get(path);
            check.accept(before, answer);
            before = answer;
            count.incrementAndGet();
        } catch (IOException e) {
            // No master, for the moment.
        } catch (AssertionError e) {
            failures.add(e);
        }
    }

    /** How many there were. */
    int count() {
        return count.get();
    }

    /** Ends; fails if a check has. */
    @Override
    public void close() throws InterruptedException {
        closed.countDown();
        thread.join();
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }
}
