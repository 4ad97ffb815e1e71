package io.stoa.rpc.cluster;

import io.stoa.proto.v1.Kind;
import io.stoa.proto.v1.Selection;
import io.stoa.rpc.Requests;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;

/** Which part of the cluster a reader wants. */
final class Scope {

    private final Set<Kind> kinds;
    private final Set<String> schedulers;
    private final Set<String> agents;

    private Scope(Set<Kind> kinds, Set<String> schedulers, Set<String> agents) {
        this.kinds = kinds;
        this.schedulers = schedulers;
        this.agents = agents;
    }

    /** @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT where it names too much */
    static Scope of(Selection selection) {
        Requests.checkCount("selection.scheduler_ids", selection.getSchedulerIdsList(), Requests.MAX_IDS);
        Requests.checkCount("selection.agent_ids", selection.getAgentIdsList(), Requests.MAX_IDS);
        return new Scope(
                selection.getKindsCount() == 0 ? EnumSet.allOf(Kind.class) : EnumSet.copyOf(selection.getKindsList()),
                new LinkedHashSet<>(selection.getSchedulerIdsList()),
                new LinkedHashSet<>(selection.getAgentIdsList()));
    }

    boolean has(Kind kind) {
        return kinds.contains(kind);
    }

    /** True where nothing is left out. */
    boolean isEverything() {
        return kinds.size() == Kind.values().length && schedulers.isEmpty() && agents.isEmpty();
    }

    /** In the order in which they were named; empty: all. */
    Set<String> schedulers() {
        return schedulers;
    }

    /** In the order in which they were named; empty: all. */
    Set<String> agents() {
        return agents;
    }

    boolean containsAgent(String agentId) {
        return has(Kind.AGENTS) && isNamed(agentId, agents);
    }

    boolean containsScheduler(String schedulerId) {
        return has(Kind.SCHEDULERS) && isNamed(schedulerId, schedulers);
    }

    boolean containsTask(String schedulerId, String agentId) {
        return has(Kind.TASKS) && isNamed(schedulerId, schedulers) && isNamed(agentId, agents);
    }

    private static boolean isNamed(String id, Set<String> named) {
        return named.isEmpty() || named.contains(id);
    }
}
