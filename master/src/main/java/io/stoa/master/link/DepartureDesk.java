package io.stoa.master.link;

import io.grpc.Status;
import io.stoa.metrics.MasterEvent;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Task;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.CommitResult.Committed;
import io.stoa.state.transaction.StateChange;
import io.stoa.state.transaction.StateMutation;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How agents go, apart from those that are silent for too long. */
final class DepartureDesk {

    private static final Logger LOG = LoggerFactory.getLogger(DepartureDesk.class);

    private final LinkContext context;
    private volatile boolean closed;

    DepartureDesk(LinkContext context) {
        this.context = context;
    }

    /** From now on streams end because this master ends them. */
    void close() {
        closed = true;
    }

    /** A stream ended without a word: what is not checkpointed on the host counts as lost, as in Mesos. */
    void lost(AgentId id, AgentSession session) {
        if (closed || !context.contacts().close(id, session)) {
            return;
        }
        LOG.info("Agent disconnected id={}", id);
        context.events().agentDisconnected(id);
        ClusterSnapshot snapshot = context.state().snapshot();
        List<StateMutation> losses = snapshot.agent(id)
                .filter(agent -> agent.status() == AgentStatus.REGISTERED)
                .map(agent -> new LostTasks(snapshot, agent, context.time().epochMs()).onDisconnection())
                .orElse(List.of());
        if (!losses.isEmpty()) {
            context.transactions().commitEach(losses);
        }
    }

    /** The agent leaves for good. */
    void unregister(AgentId id, AgentSession session) {
        if (context.contacts().close(id, session)) {
            context.events().agentDisconnected(id);
            remove(id, "the agent unregistered", MasterEvent.REMOVED_UNREGISTERED);
        }
        session.stream().end(Status.OK);
    }

    /** A host that asks for a new id has lost its old one, and with it every task it had. */
    void removePredecessor(AgentId id) {
        if (context.contacts().session(id) == null) {
            remove(id, "a new agent registered at the same address", MasterEvent.REMOVED_REGISTERED);
        }
    }

    private void remove(AgentId id, String cause, MasterEvent event) {
        ClusterSnapshot snapshot = context.state().snapshot();
        snapshot.agent(id).ifPresent(agent -> {
            LOG.info("Agent removed id={} host={}: {}", id, agent.info().getHostname(), cause);
            LostTasks losses = new LostTasks(snapshot, agent, context.time().epochMs());
            context.transactions().commitEach(losses.onRemoval(cause)).thenAccept(result -> {
                if (result instanceof Committed) {
                    context.counts().count(event);
                }
                tellWhatCameLate(result, task -> losses.removed(task, cause));
            });
        });
    }

    /** An operator gives the agent up for good: it is to kill its tasks and to end, now or when it comes back. */
    CompletableFuture<GoneResult> markGone(AgentId id) {
        ClusterSnapshot snapshot = context.state().snapshot();
        Optional<Agent> agent = snapshot.agent(id);
        if (agent.isEmpty()) {
            return CompletableFuture.completedFuture(snapshot.isGone(id) ? GoneResult.GONE : GoneResult.UNKNOWN);
        }
        LOG.info("Agent marked gone id={} host={}", id, agent.get().info().getHostname());
        LostTasks losses = new LostTasks(snapshot, agent.get(), context.time().epochMs());
        return context.transactions().commitEach(losses.onGone()).thenApply(result -> {
            if (!(result instanceof Committed)) {
                return result instanceof CommitResult.Conflicted ? GoneResult.UNKNOWN : GoneResult.NOT_STORED;
            }
            tellWhatCameLate(result, losses::gone);
            shutDown(id);
            return GoneResult.GONE;
        });
    }

    private void shutDown(AgentId id) {
        AgentSession session = context.contacts().session(id);
        if (session != null) {
            if (context.contacts().close(id, session)) {
                context.events().agentDisconnected(id);
            }
            session.shutDown(LostTasks.GONE);
        }
        context.contacts().forget(id);
    }

    /** Tasks that were claimed after it was looked at what runs there went with the agent, and without a status. */
    private void tellWhatCameLate(CommitResult result, Function<Task, TaskStatus> status) {
        if (result instanceof Committed committed) {
            for (StateChange change : committed.changes()) {
                if (change instanceof StateChange.TaskRemoved removed
                        && !removed.task().isEndTold()) {
                    context.events()
                            .uncommittedStatus(removed.task().key().frameworkId(), status.apply(removed.task()));
                }
            }
        }
    }
}
