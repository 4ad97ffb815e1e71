package io.stoa.state.model;

import static io.stoa.state.model.Invariant.check;

import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.Resources;
import io.vavr.collection.HashMap;
import io.vavr.collection.HashSet;
import io.vavr.collection.Map;
import io.vavr.collection.Set;
import java.util.List;

/** An agent with what is on it. What is claimed of it is part of what it has. */
record AgentNode(Agent agent, Set<TaskKey> tasks, Map<ExecutorKey, Executor> executors) {

    AgentNode {
        check(agent.total().contains(agent.claimed()), "claimed on", agent.id(), agent.claimed(), agent.total());
    }

    AgentNode(Agent agent) {
        this(agent, HashSet.empty(), HashMap.empty());
    }

    boolean isRegistered() {
        return agent.status() == AgentStatus.REGISTERED;
    }

    boolean isEmpty() {
        return tasks.isEmpty() && executors.isEmpty();
    }

    AgentNode with(Agent newAgent) {
        return new AgentNode(newAgent, tasks, executors);
    }

    AgentNode withTask(Task task, StateVersion at) {
        return new AgentNode(claimed(task.held(), at), tasks.add(task.key()), executors);
    }

    AgentNode withoutTask(Task task, StateVersion at) {
        return new AgentNode(
                task.isTerminal() ? agent : released(task.held(), at), tasks.remove(task.key()), executors);
    }

    /** The task has ended, and is known still. */
    AgentNode withoutClaim(Task task, StateVersion at) {
        return with(released(task.held(), at));
    }

    AgentNode withExecutor(Executor executor, StateVersion at) {
        check(!executors.containsKey(executor.key()), "executor", executor.key(), "known", "unknown");
        return new AgentNode(claimed(executor.resources(), at), tasks, executors.put(executor.key(), executor));
    }

    AgentNode withoutExecutor(Executor executor, StateVersion at) {
        return new AgentNode(released(executor.resources(), at), tasks, executors.remove(executor.key()));
    }

    private Agent claimed(Resources claim, StateVersion at) {
        return agent.with(agent.claimed().plus(claim), at);
    }

    private Agent released(Resources claim, StateVersion at) {
        check(agent.claimed().contains(claim), "claimed on", agent.id(), agent.claimed(), claim);
        return agent.with(agent.claimed().minus(claim), at);
    }

    AgentNode withConversions(List<Conversion> conversions, StateVersion at) {
        Resources total = agent.total();
        for (Conversion conversion : conversions) {
            Resources before = total;
            total = before.apply(conversion)
                    .orElseThrow(() -> new IllegalStateException(
                            "consumed on " + agent.id() + ": " + conversion + " of " + before));
        }
        return with(agent.withTotal(total, at));
    }
}
