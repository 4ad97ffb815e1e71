package io.stoa.master.operator;

import io.stoa.master.link.GoneResult;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.TaskKey;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.mesos.v1.Protos.KillPolicy;

/**
 * What operators can do with agents.
 *
 * @param markGone gives one up for good; completes when that is durable
 */
public record AgentActions(TaskKiller killer, Function<AgentId, CompletableFuture<GoneResult>> markGone) {

    /** Tells an agent to kill a task. */
    @FunctionalInterface
    public interface TaskKiller {
        void kill(AgentId agentId, TaskKey task, Optional<KillPolicy> policy);
    }
}
