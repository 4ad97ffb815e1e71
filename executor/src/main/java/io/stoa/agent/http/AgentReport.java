package io.stoa.agent.http;

import io.stoa.agent.executor.ExecutorView;
import io.stoa.agent.sandbox.AgentPaths;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.AgentInfo;

/**
 * An agent at one moment.
 *
 * @param info with id once the agent has one
 * @param pid {@code slave(1)@10.0.0.7:5051}
 * @param masterHostname of the master that it is or was registered with; empty before
 * @param startedMs since the epoch
 * @param flags as they were given
 * @param executors oldest first
 */
public record AgentReport(
        AgentInfo info,
        String pid,
        String masterHostname,
        long startedMs,
        Map<String, String> flags,
        AgentPaths paths,
        List<ExecutorView> executors) {

    public AgentReport {
        flags = Map.copyOf(flags);
        executors = List.copyOf(executors);
    }

    /** A framework with all executors of it that are known, by its id. */
    Map<String, List<ExecutorView>> frameworks() {
        Map<String, List<ExecutorView>> byFramework = new TreeMap<>();
        for (ExecutorView executor : executors) {
            byFramework
                    .computeIfAbsent(executor.run().frameworkId(), id -> new ArrayList<>())
                    .add(executor);
        }
        return byFramework;
    }

    /** A framework is over when all its executors are. */
    static boolean isCompleted(List<ExecutorView> executors) {
        return executors.stream().allMatch(ExecutorView::isCompleted);
    }
}
