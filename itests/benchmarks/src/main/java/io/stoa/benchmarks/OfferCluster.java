package io.stoa.benchmarks;

import io.stoa.mesos.constraint.OfferConstraintsFilter;
import io.stoa.mesos.offer.AllocatorSettings;
import io.stoa.mesos.offer.DrfAllocator;
import io.stoa.mesos.offer.OfferExplanation;
import io.stoa.mesos.offer.OfferSink;
import io.stoa.mesos.offer.OfferWishes;
import io.stoa.state.SharedState;
import io.stoa.state.StateListener;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.ClusterState;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.ConflictDetector;
import io.stoa.state.transaction.Decision;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import io.stoa.time.ManualTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.Filters;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/** The allocator on a state without journal, in one thread, at a time that is moved by hand. */
final class OfferCluster {

    private final State state = new State();
    private final ManualTime time = new ManualTime(0);
    private final Queue<Runnable> work = new ArrayDeque<>();
    private final DrfAllocator allocator = new DrfAllocator(state, AllocatorSettings.of("bench"), time, work::add);
    private final Map<FrameworkId, List<OfferID>> offers = new LinkedHashMap<>();

    OfferCluster() {
        allocator.start();
        runAll();
    }

    private static final class State implements SharedState {

        private final List<StateListener> listeners = new ArrayList<>();
        private ClusterState head = ClusterState.EMPTY;

        @Override
        public ClusterSnapshot snapshot() {
            return head;
        }

        @Override
        public CompletableFuture<CommitResult> commit(StateTransaction transaction) {
            Decision decision = ConflictDetector.decide(head, transaction);
            head = decision.after();
            listeners.forEach(listener -> listener.committed(head, decision.changes()));
            return CompletableFuture.completedFuture(decision.result());
        }

        @Override
        public void addListener(StateListener listener) {
            listeners.add(listener);
        }
    }

    private void runAll() {
        for (Runnable next = work.poll(); next != null; next = work.poll()) {
            next.run();
        }
    }

    void commit(StateMutation mutation) {
        CommitResult result = state.commit(StateTransaction.of(mutation)).join();
        if (!(result instanceof CommitResult.Committed)) {
            throw new IllegalStateException(result.toString());
        }
        runAll();
    }

    void agent(String name, String resources) {
        AgentId id = new AgentId(name);
        AgentInfo info = AgentInfo.newBuilder()
                .setId(AgentID.newBuilder().setValue(name))
                .setHostname(name + ".cluster.example")
                .build();
        commit(new StateMutation.AdmitAgent(
                id, info, List.of(), "1.11.0", "10.0.0.1", 5051, Resources.parse(resources), 1));
        allocator.agentConnected(id);
        runAll();
    }

    void framework(String name, String role) {
        subscribe(name, role, Set.of());
    }

    /** Wants no offers before {@link #reviveAllSilently}. */
    void frameworkThatWaits(String name, String role) {
        subscribe(name, role, Set.of(role));
    }

    private void subscribe(String name, String role, Set<String> suppressed) {
        FrameworkId id = new FrameworkId(name);
        FrameworkInfo info = FrameworkInfo.newBuilder()
                .setId(FrameworkID.newBuilder().setValue(name))
                .setUser("root")
                .setName(name)
                .addRoles(role)
                .addCapabilities(
                        FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.MULTI_ROLE))
                .build();
        commit(new StateMutation.AdmitFramework(id, info, 1));
        offers.put(id, new ArrayList<>());
        allocator.activate(id, new OfferWishes(info, suppressed, OfferConstraintsFilter.NONE), new OfferSink() {
            @Override
            public void offers(List<Offer> made) {
                List<OfferID> mine = offers.get(id);
                made.forEach(offer -> mine.add(offer.getId()));
            }

            @Override
            public void rescind(OfferID offerId) {
                offers.get(id).remove(offerId);
            }
        });
        runAll();
    }

    /** Everybody wants offers from now on; they are made in the next cycle. */
    void reviveAllSilently() {
        offers.keySet().forEach(id -> {
            FrameworkInfo info = state.snapshot().framework(id).orElseThrow().info();
            allocator.update(id, new OfferWishes(info, Set.of(), OfferConstraintsFilter.NONE));
        });
        runAll();
    }

    void claim(String framework, String agent, String task, String resources) {
        TaskInfo info = TaskInfo.newBuilder()
                .setName(task)
                .setTaskId(TaskID.newBuilder().setValue(task))
                .setAgentId(AgentID.newBuilder().setValue(agent))
                .addAllResources(Resources.parse(resources).toProto())
                .setCommand(CommandInfo.newBuilder().setValue("true"))
                .build();
        FrameworkId id = new FrameworkId(framework);
        String role = state.snapshot().framework(id).orElseThrow().info().getRoles(0);
        commit(new StateMutation.Claim(id, new AgentId(agent), role, info));
    }

    void finish(String framework, String task) {
        commit(new StateMutation.UpdateTaskStatus(
                new TaskKey(new FrameworkId(framework), task),
                TaskStatus.newBuilder()
                        .setTaskId(TaskID.newBuilder().setValue(task))
                        .setState(TaskState.TASK_FINISHED)
                        .build()));
    }

    void declineAll(double refuseSeconds) {
        Filters filters = Filters.newBuilder().setRefuseSeconds(refuseSeconds).build();
        offers.forEach((id, mine) -> {
            if (!mine.isEmpty()) {
                allocator.decline(id, mine, filters);
                mine.clear();
            }
        });
        runAll();
    }

    /** Lets the next cycle come. */
    double timedCycleSeconds() {
        long fromNanos = System.nanoTime();
        time.advance(AllocatorSettings.DEFAULT_ALLOCATION_INTERVAL_MS);
        runAll();
        return (System.nanoTime() - fromNanos) / 1e9;
    }

    /**
     * Why a framework, which is in one role, has the offers that it has.
     *
     * @param seconds what each step of the answer took
     */
    record Explained(OfferExplanation.InRole answer, List<Double> seconds) {}

    Explained explain(String framework) {
        CompletableFuture<Optional<OfferExplanation>> explained =
                allocator.explain(new FrameworkId(framework), Optional.empty());
        List<Double> seconds = new ArrayList<>();
        for (Runnable next = work.poll(); next != null; next = work.poll()) {
            long fromNanos = System.nanoTime();
            next.run();
            seconds.add((System.nanoTime() - fromNanos) / 1e9);
        }
        return new Explained(explained.join().orElseThrow().roles().get(0), seconds);
    }

    /** How many are out. */
    int offers() {
        return offers.values().stream().mapToInt(List::size).sum();
    }
}
