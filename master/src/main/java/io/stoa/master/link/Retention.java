package io.stoa.master.link;

/**
 * How long is remembered what is not there any more.
 *
 * @param intervalMs how often it is looked for what is to be forgotten; {@code --registry_gc_interval}
 * @param maxAgentAgeMs for how long an agent that is unreachable or gone is remembered;
 *     {@code --registry_max_agent_age}
 * @param maxAgents how many unreachable agents, and how many gone ones, are remembered;
 *     {@code --registry_max_agent_count}
 * @param maxUnreachableTasks how many unreachable tasks of one framework are remembered;
 *     {@code --max_unreachable_tasks_per_framework}
 */
public record Retention(long intervalMs, long maxAgentAgeMs, int maxAgents, int maxUnreachableTasks) {

    /** Mesos' own. */
    public static final Retention DEFAULTS = new Retention(900_000, 1_209_600_000, 102_400, 1_000);

    public Retention {
        if (intervalMs < 1) {
            throw new IllegalArgumentException("registry_gc_interval: " + intervalMs + " ms (expected: >= 1 ms)");
        }
        if (maxAgents < 0 || maxUnreachableTasks < 0) {
            throw new IllegalArgumentException("registry_max_agent_count, max_unreachable_tasks_per_framework: "
                    + maxAgents + ", " + maxUnreachableTasks + " (expected: >= 0)");
        }
    }
}
