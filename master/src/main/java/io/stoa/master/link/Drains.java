package io.stoa.master.link;

import io.stoa.state.model.Activation.Drain;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.StateChange;
import io.stoa.state.transaction.StateMutation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.DurationInfo;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what runs on agents that drain, and says when nothing is left there. Holds nothing: what drains is in the state,
 * so a new leader goes on as soon as an agent has found it. Safe for use by any thread.
 */
final class Drains {

    private static final Logger LOG = LoggerFactory.getLogger(Drains.class);

    private final LinkContext context;
    private final DepartureDesk departures;
    private final KilledTasks killed;

    Drains(LinkContext context, DepartureDesk departures, KilledTasks killed) {
        this.context = context;
        this.departures = departures;
        this.killed = killed;
    }

    void committed(ClusterSnapshot snapshot, List<StateChange> changes) {
        Set<AgentId> emptied = new LinkedHashSet<>();
        for (StateChange change : changes) {
            if (change instanceof StateChange.AgentActivationChanged changed) {
                changed(snapshot, changed);
                emptied.add(changed.agentId());
            } else if (change instanceof StateChange.TaskClaimed claimed) {
                // One that came back with its agent.
                drain(snapshot, claimed.task().agentId()).ifPresent(drain -> kill(claimed.task(), drain, snapshot));
            } else if (change instanceof StateChange.TaskRemoved removed) {
                emptied.add(removed.task().agentId());
            } else if (change instanceof StateChange.OperationForgotten forgotten) {
                emptied.add(forgotten.operation().agentId());
            }
        }
        emptied.forEach(id -> finish(snapshot, id));
    }

    private void changed(ClusterSnapshot snapshot, StateChange.AgentActivationChanged changed) {
        if (changed.activation() instanceof Drain drain) {
            LOG.info("Agent {} id={}", drain.done() ? "drained" : "drains", changed.agentId());
            if (!drain.done()) {
                snapshot.tasksOn(changed.agentId()).forEach(task -> kill(task, drain, snapshot));
            }
        }
    }

    private void kill(Task task, Drain drain, ClusterSnapshot snapshot) {
        if (!task.isTerminal()) {
            killed.add(task.agentId(), task.key(), snapshot);
            context.contacts().send(task.agentId(), () -> MasterMessages.killTask(task.key(), policy(task, drain)));
        }
    }

    /** The agent is here, and the state knows what runs there. */
    void returned(AgentId id) {
        finish(context.state().snapshot(), id);
    }

    /** An agent that is not connected may have more than the state knows: it is waited for. */
    private void finish(ClusterSnapshot snapshot, AgentId id) {
        Drain drain = drain(snapshot, id).orElse(null);
        if (drain == null || context.contacts().session(id) == null || snapshot.isInUse(id)) {
            return;
        }
        if (drain.markGone()) {
            departures.markGone(id);
        } else {
            context.transactions().commit(new StateMutation.FinishDrain(id));
        }
    }

    /** What an agent that comes back is to end at once, and not to begin. */
    static Set<TaskKey> endedOn(ClusterSnapshot snapshot, AgentId id) {
        return drain(snapshot, id).isEmpty()
                ? Set.of()
                : snapshot.tasksOn(id).stream().map(Task::key).collect(Collectors.toSet());
    }

    /** How a task is killed: with less grace than it would have, where its agent drains and gives it less. */
    static Optional<KillPolicy> policy(ClusterSnapshot snapshot, Task task) {
        return drain(snapshot, task.agentId()).flatMap(drain -> policy(task, drain));
    }

    private static Optional<KillPolicy> policy(Task task, Drain drain) {
        if (drain.maxGraceNs().isEmpty()) {
            return Optional.empty();
        }
        DurationInfo most = DurationInfo.newBuilder()
                .setNanoseconds(drain.maxGraceNs().getAsLong())
                .build();
        KillPolicy own = task.kill()
                .filter(KillPolicy::hasGracePeriod)
                .orElse(task.info().getKillPolicy());
        return own.hasGracePeriod() && own.getGracePeriod().getNanoseconds() <= most.getNanoseconds()
                ? Optional.empty()
                : Optional.of(KillPolicy.newBuilder().setGracePeriod(most).build());
    }

    private static Optional<Drain> drain(ClusterSnapshot snapshot, AgentId id) {
        return snapshot.agent(id).flatMap(agent -> agent.activation().unfinishedDrain());
    }
}
