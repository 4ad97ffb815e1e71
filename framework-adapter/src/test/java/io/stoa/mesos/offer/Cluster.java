package io.stoa.mesos.offer;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Quota;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.ResourceLimits;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import io.stoa.time.ManualTime;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/** A cluster around an allocator: its state, its clock, its agents. On the threads of the test. */
final class Cluster {

    static final String MASTER_ID = "master";

    private final InMemoryState state;
    private final ManualTime time = new ManualTime(0);
    private final DrfAllocator allocator;
    private final Queue<Runnable> work = new ArrayDeque<>();
    private boolean working;
    private int tasks;

    Cluster() {
        this(AllocatorSettings.of(MASTER_ID));
    }

    Cluster(AllocatorSettings settings) {
        this(settings, new InMemoryState());
    }

    private Cluster(AllocatorSettings settings, InMemoryState state) {
        this.state = state;
        allocator = new DrfAllocator(state, settings, time, this::execute);
        allocator.start();
    }

    Cluster withWeights(Map<String, Double> weights) {
        commit(new StateMutation.UpdateWeights(new TreeMap<>(weights)));
        return this;
    }

    /** @param guarantees as resources in text form, as {@code limits}; both may be empty */
    Cluster withQuota(String role, String guarantees, String limits) {
        Quota quota = new Quota(
                Resources.parse(guarantees).quantities(),
                ResourceLimits.of(Resources.parse(limits).quantities().toMap()));
        commit(new StateMutation.UpdateQuotas(new TreeMap<>(Map.of(role, quota)), true));
        return this;
    }

    Cluster withoutQuota(String role) {
        commit(new StateMutation.RemoveQuota(role));
        return this;
    }

    /** The same state under a new leader. */
    Cluster withNewAllocator() {
        return new Cluster(AllocatorSettings.of(MASTER_ID), state);
    }

    /** Runs things one after the other, never one within the other. */
    private synchronized void execute(Runnable action) {
        work.add(action);
        if (!working) {
            working = true;
            for (Runnable next = work.poll(); next != null; next = work.poll()) {
                next.run();
            }
            working = false;
        }
    }

    InMemoryState state() {
        return state;
    }

    DrfAllocator allocator() {
        return allocator;
    }

    Collection<Offer> openOffers() {
        return allocator.openOffers();
    }

    void pass(long ms) {
        time.advance(ms);
    }

    /** As much as takes the next cycle for certain. */
    void passOneCycle() {
        time.advance(AllocatorSettings.DEFAULT_ALLOCATION_INTERVAL_MS);
    }

    CommitResult commit(StateMutation mutation) {
        return state.commit(StateTransaction.of(mutation)).join();
    }

    /** A connected agent. */
    AgentId agent(String name, String resources) {
        return agent(name, Resources.parse(resources), info -> info);
    }

    AgentId agent(String name, Resources total, UnaryOperator<AgentInfo.Builder> differs) {
        AgentId id = admit(name, total, differs);
        allocator.agentConnected(id);
        return id;
    }

    /** An agent whose link is not open, or one that has changed. */
    AgentId admit(String name, String resources) {
        return admit(name, Resources.parse(resources), info -> info);
    }

    private AgentId admit(String name, Resources total, UnaryOperator<AgentInfo.Builder> differs) {
        AgentId id = new AgentId(name);
        AgentInfo info = differs.apply(AgentInfo.newBuilder()
                        .setId(AgentID.newBuilder().setValue(name))
                        .setHostname(name + ".example")
                        .addAllResources(total.toProto()))
                .build();
        commit(new StateMutation.AdmitAgent(id, info, List.of(), "1.11.0", "10.0.0.1", 5051, total, 0));
        return id;
    }

    TestFramework framework(String name, String... roles) {
        return new TestFramework(this, name, roles);
    }

    /** Somebody claims past all offers. */
    TaskKey claim(FrameworkId frameworkId, AgentId agentId, String role, String resources) {
        TaskKey key = new TaskKey(frameworkId, "task-" + tasks++);
        CommitResult result =
                commit(new StateMutation.Claim(frameworkId, agentId, role, task(key, agentId, resources)));
        if (!(result instanceof CommitResult.Committed)) {
            throw new AssertionError(result);
        }
        return key;
    }

    static TaskInfo task(TaskKey key, AgentId agentId, String resources) {
        return TaskInfo.newBuilder()
                .setName(key.taskId())
                .setTaskId(TaskID.newBuilder().setValue(key.taskId()))
                .setAgentId(AgentID.newBuilder().setValue(agentId.value()))
                .addAllResources(Resources.parse(resources).toProto())
                .setCommand(CommandInfo.newBuilder().setValue("true"))
                .build();
    }

    void finish(TaskKey key) {
        commit(new StateMutation.UpdateTaskStatus(
                key,
                TaskStatus.newBuilder()
                        .setTaskId(TaskID.newBuilder().setValue(key.taskId()))
                        .setState(TaskState.TASK_FINISHED)
                        .build()));
    }
}
