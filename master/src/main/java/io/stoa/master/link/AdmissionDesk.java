package io.stoa.master.link;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.stoa.mesos.AgentEvents;
import io.stoa.proto.agent.Register;
import io.stoa.proto.agent.Reregister;
import io.stoa.state.SharedState;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.CommitResult.Committed;
import io.stoa.state.transaction.CommitResult.Conflicted;
import io.stoa.state.transaction.CommitResult.Reason;
import io.stoa.state.transaction.CommitResult.Refused;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateMutation.AdmitAgent;
import io.stoa.time.Time;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How agents come and go: into the state first, and only then are they told. */
final class AdmissionDesk {

    private static final Logger LOG = LoggerFactory.getLogger(AdmissionDesk.class);

    private final SharedState state;
    private final Transactions transactions;
    private final AgentContacts contacts;
    private final AgentEvents events;
    private final Time time;
    private final MasterInfo master;
    private final ByteString masterBytes;
    private final long pingBudgetMs;
    private final AtomicLong nextAgent = new AtomicLong();
    /** Who was last seen where, so that an agent that lost its id makes room for its successor. */
    private final ConcurrentMap<String, AgentId> byAddress = new ConcurrentHashMap<>();

    private volatile boolean closed;

    AdmissionDesk(
            SharedState state,
            Transactions transactions,
            AgentContacts contacts,
            AgentEvents events,
            Time time,
            MasterInfo master,
            LinkConfig config) {
        this.state = state;
        this.transactions = transactions;
        this.contacts = contacts;
        this.events = events;
        this.time = time;
        this.master = master;
        this.masterBytes = master.toByteString();
        this.pingBudgetMs = config.pingBudgetMs();
    }

    SharedState state() {
        return state;
    }

    Transactions transactions() {
        return transactions;
    }

    AgentEvents events() {
        return events;
    }

    void heard(AgentId id) {
        contacts.heard(id);
    }

    void register(AgentSession session, Register message) {
        AgentId id = new AgentId(master.getId() + "-S" + nextAgent.getAndIncrement());
        Admission admission = Admission.of(message, id, time.epochMs());
        removePredecessor(admission.agent());
        admit(session, admission);
    }

    void reregister(AgentSession session, Reregister message) {
        admit(session, Admission.of(message, time.epochMs()));
    }

    private void admit(AgentSession session, Admission admission) {
        AgentId id = admission.agent().agentId();
        boolean wasUnreachable = state.snapshot()
                .agent(id)
                .filter(agent -> agent.status() == AgentStatus.UNREACHABLE)
                .isPresent();
        transactions.commit(admission.agent()).thenAccept(result -> {
            if (result instanceof Committed) {
                admitted(session, admission, wasUnreachable);
            } else {
                LOG.warn("Agent refused id={} address={} result={}", id, address(admission.agent()), result);
                session.refuse(reasonOf(result), result instanceof Conflicted || isTooLarge(result));
            }
        });
    }

    /**
     * The order matters: Registered is the first thing the agent hears; after that every launch that commits finds the
     * link, and every launch that committed before is in the snapshot.
     */
    private void admitted(AgentSession session, Admission admission, boolean wasUnreachable) {
        AgentId id = admission.agent().agentId();
        LOG.info(
                "Agent {} id={} host={} address={} tasks={}",
                admission.known() ? "re-registered" : "registered",
                id,
                admission.agent().info().getHostname(),
                address(admission.agent()),
                admission.tasks().size());
        session.stream().send(() -> MasterMessages.registered(id, masterBytes, pingBudgetMs));
        AgentSession replaced = contacts.open(id, session);
        if (replaced != null) {
            replaced.stream().end(Status.ABORTED.withDescription("The agent opened another stream"));
        }
        byAddress.put(address(admission.agent()), id);
        reconcile(session, admission, wasUnreachable).thenRun(() -> {
            session.admitted(id);
            events.agentConnected(id);
            session.leaveIfEnded();
        });
    }

    /** Completes when the state knows what runs there, so that nobody is offered what is in use. */
    private CompletableFuture<?> reconcile(AgentSession session, Admission admission, boolean wasUnreachable) {
        ClusterSnapshot snapshot = state.snapshot();
        Reconciliation plan = Reconciliation.of(
                snapshot, admission.agent().agentId(), wasUnreachable, admission.tasks(), time.epochMs());
        plan.launch()
                .forEach(task -> snapshot.framework(task.key().frameworkId())
                        .ifPresent(framework -> session.stream().send(() -> MasterMessages.runTask(framework, task))));
        plan.kill().forEach(task -> session.stream().send(() -> MasterMessages.killTask(task, Optional.empty())));
        plan.shutDown().forEach(id -> session.stream().send(() -> MasterMessages.shutdownFramework(id)));
        return plan.mutations().isEmpty()
                ? CompletableFuture.completedFuture(null)
                : transactions.commitEach(plan.mutations());
    }

    /** A host that asks for a new id has lost its old one, and with it every task it had. */
    private void removePredecessor(AdmitAgent agent) {
        AgentId predecessor = agent.port() == 0 ? null : byAddress.get(address(agent));
        if (predecessor != null && contacts.session(predecessor) == null) {
            remove(predecessor, "a new agent registered at the same address");
        }
    }

    /** The agent leaves for good. */
    void unregister(AgentId id, AgentSession session) {
        if (contacts.close(id, session)) {
            events.agentDisconnected(id);
            remove(id, "the agent unregistered");
        }
        session.stream().end(Status.OK);
    }

    private void remove(AgentId id, String cause) {
        ClusterSnapshot snapshot = state.snapshot();
        snapshot.agent(id).ifPresent(agent -> {
            LOG.info("Agent removed id={} host={}: {}", id, agent.info().getHostname(), cause);
            transactions.commitEach(new LostTasks(snapshot, agent, time.epochMs()).onRemoval(cause));
        });
    }

    /** A stream ended without a word: what is not checkpointed on the host counts as lost, as in Mesos. */
    void lost(AgentId id, AgentSession session) {
        if (closed || !contacts.close(id, session)) {
            return;
        }
        LOG.info("Agent disconnected id={}", id);
        events.agentDisconnected(id);
        ClusterSnapshot snapshot = state.snapshot();
        List<StateMutation> losses = snapshot.agent(id)
                .filter(agent -> agent.status() == AgentStatus.REGISTERED)
                .map(agent -> new LostTasks(snapshot, agent, time.epochMs()).onDisconnection())
                .orElse(List.of());
        if (!losses.isEmpty()) {
            transactions.commitEach(losses);
        }
    }

    /** From now on streams end because this master ends them. */
    void close() {
        closed = true;
    }

    private static String address(AdmitAgent agent) {
        return agent.ip() + ":" + agent.port();
    }

    private static boolean isTooLarge(CommitResult result) {
        return result instanceof Refused refused && refused.reason() == Reason.TOO_LARGE;
    }

    private static String reasonOf(CommitResult result) {
        return result instanceof Refused refused ? refused.message() : result.toString();
    }
}
