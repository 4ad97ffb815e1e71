package io.stoa.driver.scheduler;

import io.stoa.driver.loop.EventLoop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tasks of launches without an answer: nobody knows whether the master has them. It is asked, again and again, until it
 * has said something of each, as it is silent itself about tasks of agents that have not come back to it yet. Belongs
 * to the driver's loop.
 */
final class UncertainTasks {

    private static final Logger LOG = LoggerFactory.getLogger(UncertainTasks.class);
    private static final int MOST = 100_000;
    private static final int MOST_IN_A_CALL = 10_000;
    private static final long LONGEST_WAIT_MS = 60_000;

    private final Consumer<List<KnownTask>> question;
    private final GrowingDelay delay;
    /** Launched by calls that may yet be answered; as many as the connection's limit of calls lets wait. */
    private final Map<ByteBuffer, KnownTask> launching = new HashMap<>();

    private final Map<ByteBuffer, KnownTask> uncertain = new LinkedHashMap<>();

    /** @param question asks the master for some tasks, if there is one */
    UncertainTasks(EventLoop loop, long firstDelayMs, Consumer<List<KnownTask>> question) {
        this.question = question;
        delay = new GrowingDelay(loop, firstDelayMs, LONGEST_WAIT_MS, this::ask);
    }

    /** No launch should be begun whose tasks could not be remembered. */
    boolean full() {
        return uncertain.size() >= MOST;
    }

    void launching(List<KnownTask> tasks) {
        tasks.forEach(task -> launching.put(key(task.taskId()), task));
    }

    /** It is known whether the master has these. */
    void answered(List<KnownTask> tasks) {
        tasks.forEach(task -> launching.remove(key(task.taskId())));
    }

    /** The master may have these, of which nothing was heard meanwhile. */
    void unanswered(List<KnownTask> tasks, String reason) {
        LOG.warn("a launch has no answer, its tasks are asked after tasks={} reason={}", tasks.size(), reason);
        for (KnownTask task : tasks) {
            KnownTask unheard = launching.remove(key(task.taskId()));
            if (unheard != null) {
                uncertain.put(key(unheard.taskId()), unheard);
            }
        }
        if (!uncertain.isEmpty()) {
            delay.begin();
        }
    }

    /** @param taskId a {@code TaskID}, of a status that the framework has been told */
    void heardOf(byte[] taskId) {
        ByteBuffer key = key(taskId);
        launching.remove(key);
        if (uncertain.remove(key) != null && uncertain.isEmpty()) {
            delay.reset();
        }
    }

    /** There is a new subscription: launches of those before it cannot arrive any more. */
    void subscribed() {
        delay.reset();
        ask();
    }

    private void ask() {
        List<KnownTask> asked = new ArrayList<>();
        for (KnownTask task : new ArrayList<>(uncertain.values())) {
            asked.add(task);
            if (asked.size() == MOST_IN_A_CALL) {
                question.accept(asked);
                asked = new ArrayList<>();
            }
        }
        if (!asked.isEmpty()) {
            question.accept(asked);
        }
        if (!uncertain.isEmpty()) {
            delay.begin();
        }
    }

    private static ByteBuffer key(byte[] taskId) {
        return ByteBuffer.wrap(taskId);
    }
}
