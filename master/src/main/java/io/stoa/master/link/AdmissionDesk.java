package io.stoa.master.link;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.stoa.proto.agent.Register;
import io.stoa.proto.agent.Reregister;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.CommitResult.Committed;
import io.stoa.state.transaction.CommitResult.Conflicted;
import io.stoa.state.transaction.CommitResult.Reason;
import io.stoa.state.transaction.CommitResult.Refused;
import io.stoa.state.transaction.Conflict;
import io.stoa.state.transaction.StateMutation.AdmitAgent;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How agents come: into the state first, and only then are they told. */
final class AdmissionDesk {

    private static final Logger LOG = LoggerFactory.getLogger(AdmissionDesk.class);

    private final LinkContext context;
    private final DepartureDesk departures;
    private final Drains drains;
    private final KilledTasks killed;
    private final MasterInfo master;
    private final ByteString masterBytes;
    private final LinkConfig config;
    private final AtomicLong nextAgent = new AtomicLong();
    /** Who was last seen where, so that an agent that lost its id makes room for its successor. */
    private final ConcurrentMap<String, AgentId> byAddress = new ConcurrentHashMap<>();

    AdmissionDesk(
            LinkContext context,
            DepartureDesk departures,
            Drains drains,
            KilledTasks killed,
            MasterInfo master,
            LinkConfig config) {
        this.context = context;
        this.departures = departures;
        this.drains = drains;
        this.killed = killed;
        this.master = master;
        this.masterBytes = master.toByteString();
        this.config = config;
    }

    LinkContext context() {
        return context;
    }

    DepartureDesk departures() {
        return departures;
    }

    Drains drains() {
        return drains;
    }

    void register(AgentSession session, Register message) {
        AgentId id = new AgentId(master.getId() + "-S" + nextAgent.getAndIncrement());
        Admission admission = Admission.of(message, id, context.time().epochMs());
        AgentId predecessor = admission.agent().port() == 0 ? null : byAddress.get(address(admission.agent()));
        if (predecessor != null) {
            departures.removePredecessor(predecessor);
        }
        admit(session, admission);
    }

    void reregister(AgentSession session, Reregister message) {
        ClusterSnapshot snapshot = context.state().snapshot();
        Admission admission = Admission.of(message, snapshot, context.time().epochMs());
        Optional<Agent> known = snapshot.agent(admission.agent().agentId());
        if (known.filter(agent -> hasMoved(agent, admission.agent())).isPresent()) {
            LOG.warn(
                    "Agent sent away id={} host={} address={}: known as host={} ip={}",
                    admission.agent().agentId(),
                    admission.agent().info().getHostname(),
                    address(admission.agent()),
                    known.get().info().getHostname(),
                    known.get().ip());
            session.shutDown("Agent attempted to reregister with different IP / hostname");
        } else {
            admit(session, admission);
        }
    }

    /** One that has been in contact with this master, and is not given up, is where it was. */
    private boolean hasMoved(Agent known, AdmitAgent now) {
        return known.status() == AgentStatus.REGISTERED
                && context.contacts().hasBeenOpen(known.id())
                && (!known.ip().equals(now.ip())
                        || !known.info().getHostname().equals(now.info().getHostname()));
    }

    /**
     * What is wrong with where an agent says it is: whether it is remote, a master without a domain cannot tell. It may
     * come back and say something else: its tasks run on.
     */
    private Optional<String> misplacement(Admission admission) {
        boolean hasDomain = admission.agent().info().hasDomain();
        if (hasDomain && !master.hasDomain()) {
            return Optional.of("The agent is configured with a domain, but the master is not");
        }
        return !hasDomain && config.requireDomain()
                ? Optional.of("The agent is not configured with a domain, but the master requires one")
                : Optional.empty();
    }

    private void admit(AgentSession session, Admission admission) {
        AgentId id = admission.agent().agentId();
        Optional<String> misplacement = misplacement(admission);
        if (misplacement.isPresent()) {
            LOG.warn("Agent refused id={} address={}: {}", id, address(admission.agent()), misplacement.get());
            session.refuse(misplacement.get(), false);
            return;
        }
        Optional<AgentStatus> before = context.state().snapshot().agent(id).map(Agent::status);
        context.transactions()
                .commit(admission.agent())
                .thenAcceptAsync(
                        result -> {
                            if (result instanceof Committed) {
                                admitted(session, admission, before);
                            } else {
                                LOG.warn(
                                        "Agent refused id={} address={} result={}",
                                        id,
                                        address(admission.agent()),
                                        result);
                                refuse(session, result);
                            }
                        },
                        session.stream().executor())
                .exceptionally(failure -> {
                    failed(session, id, failure);
                    return null;
                });
    }

    /** What an agent says of tasks is decoded only where the state does not know them. */
    private void failed(AgentSession session, AgentId id, Throwable failure) {
        context.contacts().close(id, session);
        if (failure.getCause() instanceof IllegalArgumentException wrong) {
            LOG.warn("Refused what an agent said id={} reason={}", id, wrong.getMessage());
            session.refuse(String.valueOf(wrong.getMessage()), true);
        } else {
            LOG.error("Agent not admitted id={}", id, failure);
            session.stream().end(Status.INTERNAL.withDescription("The master failed to admit the agent"));
        }
    }

    private static void refuse(AgentSession session, CommitResult result) {
        if (result instanceof Conflicted conflicted && conflicted.conflicts().get(0) instanceof Conflict.AgentIsGone) {
            session.shutDown(LostTasks.GONE);
        } else if (result instanceof Refused refused) {
            session.refuse(refused.message(), refused.reason() == Reason.TOO_LARGE);
        } else {
            session.refuse(result.toString(), true);
        }
    }

    /**
     * The order matters: Registered is the first thing the agent hears; after that every launch, every conversion and
     * every departure that commits finds the link, and what committed before is in the snapshot. A launch may be both:
     * an agent starts no task twice.
     *
     * @param before what the state thought of it; empty where it was not there
     */
    private void admitted(AgentSession session, Admission admission, Optional<AgentStatus> before) {
        AgentId id = admission.agent().agentId();
        LOG.info(
                "Agent {} id={} host={} address={} tasks={}",
                admission.known() ? "re-registered" : "registered",
                id,
                admission.agent().info().getHostname(),
                address(admission.agent()),
                admission.tasks().size());
        Resources total = total(id, admission);
        boolean newsOfTotal = admission.converted() || !total.isUnreserved();
        session.stream()
                .send(() -> MasterMessages.registered(
                        id, masterBytes, config.pingBudgetMs(), newsOfTotal ? Optional.of(total) : Optional.empty()));
        AgentSession replaced = context.contacts().open(id, session);
        if (hasLeft(id)) {
            context.contacts().close(id, session);
            context.contacts().forget(id);
            session.stream().end(Status.UNAVAILABLE.withDescription("The agent was removed meanwhile"));
            return;
        }
        if (!total(id, admission).equals(total)) {
            session.stream().send(() -> MasterMessages.totalChanged(total(id, admission), List.of()));
        }
        if (replaced != null) {
            replaced.stream().end(Status.ABORTED.withDescription("The agent opened another stream"));
        }
        byAddress.put(address(admission.agent()), id);
        reconcile(session, admission, before)
                .thenRun(() -> {
                    // Before the session is the agent's: the end of the session then comes behind that.
                    context.events().agentConnected(id);
                    session.admitted(id);
                    drains.returned(id);
                    session.leaveIfEnded();
                })
                .exceptionally(failure -> {
                    failed(session, id, failure);
                    return null;
                });
    }

    private boolean hasLeft(AgentId id) {
        return context.state()
                .snapshot()
                .agent(id)
                .filter(agent -> agent.status() == AgentStatus.REGISTERED)
                .isEmpty();
    }

    /** What the agent has now; what was admitted where it has left already. */
    private Resources total(AgentId id, Admission admission) {
        return context.state()
                .snapshot()
                .agent(id)
                .map(Agent::total)
                .orElse(admission.agent().total());
    }

    /** Completes when the state knows what runs there, so that nobody is offered what is in use. */
    private CompletableFuture<?> reconcile(AgentSession session, Admission admission, Optional<AgentStatus> before) {
        ClusterSnapshot snapshot = context.state().snapshot();
        AgentId id = admission.agent().agentId();
        Set<TaskKey> ended = new HashSet<>(killed.on(id, snapshot));
        ended.addAll(Drains.endedOn(snapshot, id));
        Reconciliation plan =
                new Reconciliation(snapshot, id, before, ended, context.time().epochMs()).with(admission);
        tellOfFrameworks(session, admission, snapshot);
        plan.launch()
                .forEach(launch -> snapshot.framework(launch.first().key().frameworkId())
                        .ifPresent(framework -> session.stream()
                                .send(() -> MasterMessages.run(
                                        framework,
                                        launch,
                                        context.state().snapshot().agent(id)))));
        plan.kill().forEach(task -> kill(session, task, snapshot));
        plan.shutDown().forEach(framework -> session.stream().send(() -> MasterMessages.shutdownFramework(framework)));
        return plan.mutations().isEmpty()
                ? CompletableFuture.completedFuture(null)
                : context.transactions()
                        .commitEach(plan.mutations())
                        .thenRun(() -> plan.takenBack().stream()
                                .filter(task ->
                                        context.state().snapshot().task(task).isEmpty())
                                .forEach(task -> kill(session, task, snapshot)));
    }

    /** They may have changed while it was away. */
    private void tellOfFrameworks(AgentSession session, Admission admission, ClusterSnapshot snapshot) {
        Stream.concat(
                        admission.tasks().keySet().stream().map(TaskKey::frameworkId),
                        admission.executors().stream().map(ExecutorKey::frameworkId))
                .distinct()
                .flatMap(id -> snapshot.framework(id).stream())
                .forEach(framework -> session.stream()
                        .send(() -> MasterMessages.frameworkUpdated(context.state()
                                .snapshot()
                                .framework(framework.id())
                                .orElse(framework))));
    }

    private static void kill(AgentSession session, TaskKey task, ClusterSnapshot snapshot) {
        Optional<KillPolicy> how = snapshot.task(task)
                .flatMap(known ->
                        Drains.policy(snapshot, known).or(() -> known.kill().filter(KillPolicy::hasGracePeriod)));
        session.stream().send(() -> MasterMessages.killTask(task, how));
    }

    private static String address(AdmitAgent agent) {
        return agent.ip() + ":" + agent.port();
    }
}
