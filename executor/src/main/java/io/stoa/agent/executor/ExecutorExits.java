package io.stoa.agent.executor;

import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.ExecutorExited;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Predicate;

/** Tells the master which executors have ended; what the link does not take waits here. */
final class ExecutorExits {

    private final Map<Key, AgentMessage> untold = new LinkedHashMap<>();
    private final Predicate<AgentMessage> outbox;

    private record Key(String frameworkId, String executorId) {}

    /** @param outbox the way to the master: false where the link is closed or full */
    ExecutorExits(Predicate<AgentMessage> outbox) {
        this.outbox = outbox;
    }

    /** @param waitStatus empty where it is not known */
    void ended(String frameworkId, String executorId, OptionalInt waitStatus) {
        ExecutorExited.Builder exited =
                ExecutorExited.newBuilder().setFrameworkId(frameworkId).setExecutorId(executorId);
        waitStatus.ifPresent(exited::setWaitStatus);
        untold.put(
                new Key(frameworkId, executorId),
                AgentMessage.newBuilder().setExecutorExited(exited).build());
        drain();
    }

    /** The end of its last run no longer matters. */
    void started(String frameworkId, String executorId) {
        untold.remove(new Key(frameworkId, executorId));
    }

    /** The master is being told which executors there are: those that have ended are not among them. */
    void reported() {
        untold.clear();
    }

    /** Hands to the link what it takes. */
    void drain() {
        Iterator<AgentMessage> exits = untold.values().iterator();
        while (exits.hasNext() && outbox.test(exits.next())) {
            exits.remove();
        }
    }
}
