package io.stoa.agent.executor;

import java.util.Map;

/**
 * How an agent deals with its executors.
 *
 * @param timeouts how long they are waited for
 * @param environment variables of theirs and of their tasks but for those in pods; Mesos' own and those of the command
 *     win
 * @param completedMax how many of a framework are remembered that have ended
 */
public record ExecutorPolicy(ExecutorTimeouts timeouts, Map<String, String> environment, int completedMax) {

    /** Mesos' defaults. */
    public static final ExecutorPolicy STANDARD = new ExecutorPolicy(ExecutorTimeouts.STANDARD, Map.of(), 150);

    /** @throws IllegalArgumentException with a message for people */
    public ExecutorPolicy {
        environment = Map.copyOf(environment);
        if (completedMax < 0) {
            throw new IllegalArgumentException(
                    "max_completed_executors_per_framework: " + completedMax + " (expected: >= 0)");
        }
    }
}
