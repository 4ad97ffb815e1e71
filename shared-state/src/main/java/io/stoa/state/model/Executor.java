package io.stoa.state.model;

import io.stoa.state.resources.Resources;
import org.apache.mesos.v1.Protos.ExecutorInfo;

/**
 * A custom or default executor on a host; lives while tasks refer to it or until the agent reports its end. Command
 * tasks have none.
 *
 * @param key agent, framework and executor id
 * @param role the role its resources were allocated to
 * @param info what runs
 * @param resources what the executor itself holds on the agent, without allocation role
 */
public record Executor(ExecutorKey key, String role, ExecutorInfo info, Resources resources) {

    /**
     * An executor that is to be started for the first of its tasks.
     *
     * @throws IllegalArgumentException where one of its resources is invalid
     */
    public static Executor claimed(FrameworkId frameworkId, AgentId agentId, String role, ExecutorInfo info) {
        return new Executor(
                new ExecutorKey(agentId, frameworkId, info.getExecutorId().getValue()),
                role,
                info,
                Resources.of(info.getResourcesList()));
    }
}
