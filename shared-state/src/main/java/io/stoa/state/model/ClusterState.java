package io.stoa.state.model;

import static io.stoa.state.model.Invariant.check;

import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.Resources;
import io.vavr.collection.HashMap;
import io.vavr.collection.Map;
import io.vavr.collection.Set;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as persistent maps: every change gives a new value that shares all but a few nodes with the old one.
 * Keeps the indexes (tasks by agent, executors by agent and framework) and the sums of claims and roles true, and
 * refuses whatever would break the invariant that an agent's total contains what is claimed of it.
 */
public final class ClusterState implements ClusterSnapshot {

    public static final ClusterState EMPTY = new ClusterState(
            StateVersion.ZERO, HashMap.empty(), HashMap.empty(), 0, Departures.NONE, RoleSettings.EMPTY, RoleSums.NONE);

    private final StateVersion version;
    private final Map<AgentId, AgentNode> agents;
    private final Map<FrameworkId, FrameworkNode> frameworks;
    private final int taskCount;
    private final Departures departures;
    private final RoleSettings roleSettings;
    /** Follows from everything else. */
    private final RoleSums roleSums;

    private ClusterState(
            StateVersion version,
            Map<AgentId, AgentNode> agents,
            Map<FrameworkId, FrameworkNode> frameworks,
            int taskCount,
            Departures departures,
            RoleSettings roleSettings,
            RoleSums roleSums) {
        this.version = version;
        this.agents = agents;
        this.frameworks = frameworks;
        this.taskCount = taskCount;
        this.departures = departures;
        this.roleSettings = roleSettings;
        this.roleSums = roleSums;
    }

    @Override
    public StateVersion version() {
        return version;
    }

    @Override
    public Optional<Agent> agent(AgentId id) {
        return Optional.ofNullable(findAgent(id));
    }

    private @Nullable Agent findAgent(AgentId id) {
        AgentNode node = agents.getOrElse(id, null);
        return node == null ? null : node.agent();
    }

    @Override
    public Collection<Agent> agents() {
        return new View<>(() -> agents.valuesIterator().map(AgentNode::agent), agents::size);
    }

    @Override
    public Optional<Framework> framework(FrameworkId id) {
        return frameworks.get(id).toJavaOptional().map(FrameworkNode::framework);
    }

    @Override
    public Collection<Framework> frameworks() {
        return new View<>(() -> frameworks.valuesIterator().map(FrameworkNode::framework), frameworks::size);
    }

    @Override
    public boolean isRemoved(FrameworkId id) {
        return departures.isRemoved(id);
    }

    /** The removed frameworks that are remembered, oldest first. */
    public List<FrameworkId> removedFrameworks() {
        return departures.frameworks();
    }

    @Override
    public boolean isGone(AgentId id) {
        return departures.isGone(id);
    }

    @Override
    public Collection<GoneAgent> goneAgents() {
        return departures.agents();
    }

    @Override
    public Optional<Task> task(TaskKey key) {
        FrameworkNode node = frameworks.getOrElse(key.frameworkId(), null);
        return node == null
                ? Optional.empty()
                : Optional.ofNullable(node.tasks().getOrElse(key.taskId(), null));
    }

    @Override
    public int taskCount() {
        return taskCount;
    }

    @Override
    public Collection<Task> tasks() {
        return new View<>(
                () -> frameworks.valuesIterator().flatMap(node -> node.tasks().values()), () -> taskCount);
    }

    @Override
    public Collection<Task> tasksOf(FrameworkId frameworkId) {
        FrameworkNode node = frameworks.getOrElse(frameworkId, null);
        return node == null ? List.of() : new View<>(() -> node.tasks().valuesIterator(), node.tasks()::size);
    }

    @Override
    public Collection<Task> tasksOn(AgentId agentId) {
        AgentNode node = agents.getOrElse(agentId, null);
        return node == null
                ? List.of()
                : new View<>(() -> node.tasks().iterator().map(this::require), node.tasks()::size);
    }

    @Override
    public Optional<Executor> executor(ExecutorKey key) {
        AgentNode node = agents.getOrElse(key.agentId(), null);
        return node == null
                ? Optional.empty()
                : Optional.ofNullable(node.executors().getOrElse(key, null));
    }

    @Override
    public Collection<Executor> executorsOn(AgentId agentId) {
        AgentNode node = agents.getOrElse(agentId, null);
        return node == null ? List.of() : new View<>(() -> node.executors().valuesIterator(), node.executors()::size);
    }

    @Override
    public Collection<Executor> executorsOf(FrameworkId frameworkId) {
        FrameworkNode node = frameworks.getOrElse(frameworkId, null);
        return node == null
                ? List.of()
                : new View<>(() -> node.executors().iterator().map(this::require), node.executors()::size);
    }

    @Override
    public Optional<Operation> operation(OperationKey key) {
        FrameworkNode node = frameworks.getOrElse(key.frameworkId(), null);
        return node == null
                ? Optional.empty()
                : Optional.ofNullable(node.operations().getOrElse(key.operationId(), null));
    }

    @Override
    public Collection<Operation> operationsOf(FrameworkId frameworkId) {
        FrameworkNode node = frameworks.getOrElse(frameworkId, null);
        return node == null ? List.of() : new View<>(() -> node.operations().valuesIterator(), node.operations()::size);
    }

    @Override
    public Collection<AnsweredRequest> answeredRequests(FrameworkId frameworkId) {
        FrameworkNode node = frameworks.getOrElse(frameworkId, null);
        return node == null ? List.of() : node.requests().all();
    }

    @Override
    public Optional<AnsweredRequest> answeredRequest(FrameworkId frameworkId, String text) {
        FrameworkNode node = frameworks.getOrElse(frameworkId, null);
        return node == null ? Optional.empty() : node.requests().find(text);
    }

    /** The same cluster at another version. */
    public ClusterState at(StateVersion newVersion) {
        return new ClusterState(newVersion, agents, frameworks, taskCount, departures, roleSettings, roleSums);
    }

    @Override
    public RoleSettings roleSettings() {
        return roleSettings;
    }

    @Override
    public RoleSums roleSums() {
        return roleSums;
    }

    /** The same cluster with other weights; those of roles that are not named stay. */
    public ClusterState withWeights(java.util.Map<String, Double> changed) {
        return with(roleSettings.withWeights(changed), roleSums);
    }

    /** @param quota empty removes the role's quota */
    public ClusterState withQuota(String role, Optional<Quota> quota) {
        RoleSettings settings = roleSettings.withQuota(role, quota);
        return with(settings, roleSums.withGuarantees(role, settings.quota(role).guarantees()));
    }

    private ClusterState with(RoleSettings settings, RoleSums sums) {
        return new ClusterState(version, agents, frameworks, taskCount, departures, settings, sums);
    }

    /** Adds an agent, or replaces one of the same id; its tasks and executors stay. */
    public ClusterState withAgent(Agent agent) {
        AgentNode old = agents.getOrElse(agent.id(), null);
        Resources expected = old == null ? Resources.EMPTY : old.agent().claimed();
        check(agent.claimed().equals(expected), "claimed on", agent.id(), agent.claimed(), expected);
        return withAgent(agent.id(), old, old == null ? new AgentNode(agent) : old.with(agent));
    }

    /** The agent's claims stay; its resources do not count. */
    public ClusterState withAgentUnreachable(AgentId id, long timeMs, StateVersion at) {
        AgentNode node = node(id);
        return withAgent(id, node, node.with(node.agent().unreachable(timeMs, at)));
    }

    /** The agent's claims stay. */
    public ClusterState withActivation(AgentId id, Activation activation, StateVersion at) {
        AgentNode node = node(id);
        return withAgent(id, node, node.with(node.agent().with(activation, at)));
    }

    /** Its tasks and executors must have been removed before. */
    public ClusterState withoutAgent(AgentId id) {
        AgentNode node = node(id);
        check(node.isEmpty(), "tasks on", id, node.tasks().size(), 0);
        return withAgent(id, node, null);
    }

    private ClusterState withAgent(AgentId id, @Nullable AgentNode before, @Nullable AgentNode after) {
        RoleSums sums = roleSums.exchanged(counted(before), counted(after));
        if (isCounted(before) != isCounted(after)) {
            int sign = isCounted(after) ? 1 : -1;
            for (Task task : tasksOn(id)) {
                sums = sums.withHeld(task.role(), task.held(), sign);
            }
            for (Executor executor : executorsOn(id)) {
                sums = sums.withHeld(executor.role(), executor.resources(), sign);
            }
        }
        return with(after == null ? agents.remove(id) : agents.put(id, after), frameworks, taskCount, sums);
    }

    private static boolean isCounted(@Nullable AgentNode node) {
        return node != null && node.isRegistered();
    }

    private static Resources counted(@Nullable AgentNode node) {
        return node != null && node.isRegistered() ? node.agent().total() : Resources.EMPTY;
    }

    /** Adds a framework, or replaces one of the same id; its tasks and executors stay. */
    public ClusterState withFramework(Framework framework) {
        FrameworkNode old = frameworks.getOrElse(framework.id(), null);
        return withFrameworkNode(old == null ? new FrameworkNode(framework) : old.with(framework));
    }

    /** Its tasks and executors must have been removed before; its id is remembered. */
    public ClusterState withoutFramework(FrameworkId id) {
        FrameworkNode node = node(id);
        check(
                node.tasks().isEmpty() && node.executors().isEmpty(),
                "tasks of",
                id,
                node.tasks().size(),
                0);
        return with(agents, frameworks.remove(id), taskCount, roleSums).withRemovedFramework(id);
    }

    /** Remembers the id of a framework that is gone. */
    public ClusterState withRemovedFramework(FrameworkId id) {
        return withDepartures(departures.with(id));
    }

    /** Remembers an agent that is gone; it must have been removed before. */
    public ClusterState withGoneAgent(GoneAgent agent) {
        check(!agents.containsKey(agent.id()), "agent", agent.id(), "known", "unknown");
        return withDepartures(departures.with(agent));
    }

    /** Remembers no longer that an agent is gone. */
    public ClusterState withoutGoneAgent(AgentId id) {
        return withDepartures(departures.without(id));
    }

    private ClusterState withDepartures(Departures newDepartures) {
        return new ClusterState(version, agents, frameworks, taskCount, newDepartures, roleSettings, roleSums);
    }

    /** Adds a task that is new; it claims its resources unless it is terminal. */
    public ClusterState withTask(Task task, StateVersion at) {
        AgentNode agent = node(task.agentId());
        FrameworkNode framework = node(task.key().frameworkId());
        Map<String, Task> tasks = framework.tasks().put(task.key().taskId(), task);
        check(tasks.size() == framework.tasks().size() + 1, "task", task.key(), "known", "unknown");
        RoleSums sums = held(agent, task.role(), task.held(), 1);
        return with(agent.withTask(task, at), framework.withTasks(tasks), taskCount + 1, sums);
    }

    /** Replaces a task; releases its resources where it was not terminal and is so now. */
    public ClusterState withTaskUpdated(Task task, StateVersion at) {
        FrameworkNode framework = node(task.key().frameworkId());
        Task old = require(task.key());
        check(!old.isEndTold(), "state of", task.key(), old.state(), "not terminal");
        Map<String, Task> tasks = framework.tasks().put(task.key().taskId(), task);
        if (old.isTerminal() || !task.isTerminal()) {
            return withFrameworkNode(framework.withTasks(tasks));
        }
        AgentNode agent = node(task.agentId());
        RoleSums sums = held(agent, old.role(), old.held(), -1);
        return with(agent.withoutClaim(old, at), framework.withTasks(tasks), taskCount, sums);
    }

    /** Forgets a task; releases its resources unless it was terminal. */
    public ClusterState withoutTask(TaskKey key, StateVersion at) {
        Task task = require(key);
        FrameworkNode framework = node(key.frameworkId());
        AgentNode agent = node(task.agentId());
        RoleSums sums = held(agent, task.role(), task.held(), -1);
        Map<String, Task> tasks = framework.tasks().remove(key.taskId());
        return with(agent.withoutTask(task, at), framework.withTasks(tasks), taskCount - 1, sums);
    }

    /** Adds an executor that is new, with its claim. */
    public ClusterState withExecutor(Executor executor, StateVersion at) {
        AgentNode agent = node(executor.key().agentId());
        FrameworkNode framework = node(executor.key().frameworkId());
        RoleSums sums = held(agent, executor.role(), executor.resources(), 1);
        Set<ExecutorKey> executors = framework.executors().add(executor.key());
        return with(agent.withExecutor(executor, at), framework.withExecutors(executors), taskCount, sums);
    }

    /** Forgets an executor and releases its claim. */
    public ClusterState withoutExecutor(ExecutorKey key, StateVersion at) {
        Executor executor = require(key);
        AgentNode agent = node(key.agentId());
        FrameworkNode framework = node(key.frameworkId());
        RoleSums sums = held(agent, executor.role(), executor.resources(), -1);
        Set<ExecutorKey> executors = framework.executors().remove(key);
        return with(agent.withoutExecutor(executor, at), framework.withExecutors(executors), taskCount, sums);
    }

    /** Turns free resources of an agent into others. */
    public ClusterState withConversions(AgentId id, List<Conversion> conversions, StateVersion at) {
        AgentNode node = node(id);
        return withAgent(id, node, node.withConversions(conversions, at));
    }

    /** Remembers an operation, in place of one of the same id, until its framework has acknowledged it. */
    public ClusterState withOperation(Operation operation) {
        FrameworkNode node = node(operation.key().frameworkId());
        return withFrameworkNode(
                node.withOperations(node.operations().put(operation.key().operationId(), operation)));
    }

    /** Forgets an operation. */
    public ClusterState withoutOperation(OperationKey key) {
        FrameworkNode node = node(key.frameworkId());
        check(node.operations().containsKey(key.operationId()), "operation", key, "unknown", "known");
        return withFrameworkNode(node.withOperations(node.operations().remove(key.operationId())));
    }

    /** Remembers what came of a request that is new. */
    public ClusterState withAnsweredRequest(FrameworkId id, AnsweredRequest request) {
        FrameworkNode node = node(id);
        check(!node.requests().contains(request.key().text()), "request", request.key(), "known", "unknown");
        return withFrameworkNode(node.withRequests(node.requests().with(request)));
    }

    private ClusterState withFrameworkNode(FrameworkNode node) {
        return with(agents, frameworks.put(node.framework().id(), node), taskCount, roleSums);
    }

    /** @param sign 1 where the role has come to hold it there, -1 where it gives it back */
    private RoleSums held(AgentNode agent, String role, Resources resources, int sign) {
        return agent.isRegistered() ? roleSums.withHeld(role, resources, sign) : roleSums;
    }

    private ClusterState with(AgentNode agent, FrameworkNode framework, int newTaskCount, RoleSums sums) {
        return with(
                agents.put(agent.agent().id(), agent),
                frameworks.put(framework.framework().id(), framework),
                newTaskCount,
                sums);
    }

    private ClusterState with(
            Map<AgentId, AgentNode> newAgents,
            Map<FrameworkId, FrameworkNode> newFrameworks,
            int newTaskCount,
            RoleSums sums) {
        return new ClusterState(version, newAgents, newFrameworks, newTaskCount, departures, roleSettings, sums);
    }

    private AgentNode node(AgentId id) {
        return agents.get(id).getOrElseThrow(() -> new IllegalStateException("no agent " + id));
    }

    private FrameworkNode node(FrameworkId id) {
        return frameworks.get(id).getOrElseThrow(() -> new IllegalStateException("no framework " + id));
    }

    private Task require(TaskKey key) {
        return task(key).orElseThrow(() -> new IllegalStateException("no task " + key));
    }

    private Executor require(ExecutorKey key) {
        return executor(key).orElseThrow(() -> new IllegalStateException("no executor " + key));
    }

    /** Equal where everything that is hard state is equal. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof ClusterState state
                        && version.equals(state.version)
                        && taskCount == state.taskCount
                        && agents.equals(state.agents)
                        && frameworks.equals(state.frameworks)
                        && departures.equals(state.departures)
                        && roleSettings.equals(state.roleSettings));
    }

    @Override
    public int hashCode() {
        return 31 * version.hashCode() + taskCount;
    }

    @Override
    public String toString() {
        return "version " + version + ", " + agents.size() + " agents, " + frameworks.size() + " frameworks, "
                + taskCount + " tasks";
    }
}
