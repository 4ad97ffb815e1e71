package io.stoa.state.model;

import io.vavr.collection.HashMap;
import io.vavr.collection.HashSet;
import io.vavr.collection.Map;
import io.vavr.collection.Set;

/** An agent with what is on it. */
record AgentNode(Agent agent, Set<TaskKey> tasks, Map<ExecutorKey, Executor> executors) {

    AgentNode(Agent agent) {
        this(agent, HashSet.empty(), HashMap.empty());
    }

    AgentNode with(Agent newAgent) {
        return new AgentNode(newAgent, tasks, executors);
    }
}
