package io.stoa.client;

import io.stoa.client.resources.Resources;
import io.stoa.proto.v1.Agent;
import io.stoa.proto.v1.AgentResources;
import io.stoa.proto.v1.Change;
import io.stoa.proto.v1.Changes;
import io.stoa.proto.v1.Role;
import io.stoa.proto.v1.Scheduler;
import io.stoa.proto.v1.SnapshotChunk;
import io.stoa.proto.v1.Task;
import io.stoa.proto.v1.TaskMoved;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of the cluster. Each change costs as much as what it changes. One thread. */
final class ClusterPicture implements ClusterView {

    private final Map<String, AgentView> agents = new HashMap<>();
    private final Map<TaskKey, Task> tasks = new HashMap<>();
    private final Map<String, Map<String, Task>> tasksByScheduler = new HashMap<>();
    private final Map<String, Map<TaskKey, Task>> tasksByAgent = new HashMap<>();
    private final Map<String, Scheduler> schedulers = new HashMap<>();
    private final Map<String, Role> roles = new HashMap<>();
    private final UnderWay underWay;
    private long version;

    /** @param underWay outlives the picture */
    ClusterPicture(long version, UnderWay underWay) {
        this.version = version;
        this.underWay = underWay;
    }

    void add(SnapshotChunk chunk) {
        chunk.getAgentsList().forEach(this::put);
        chunk.getSchedulersList().forEach(scheduler -> schedulers.put(scheduler.getSchedulerId(), scheduler));
        chunk.getRolesList().forEach(role -> roles.put(role.getRole(), role));
        chunk.getTasksList().forEach(this::put);
    }

    /** @param changes those behind {@link #version} */
    void apply(Changes changes) {
        changes.getChangesList().forEach(this::apply);
        version = changes.getVersion();
    }

    private void apply(Change change) {
        switch (change.getChangeCase()) {
            case AGENT -> put(change.getAgent());
            case AGENT_RESOURCES -> update(change.getAgentResources());
            case AGENT_REMOVED -> agents.remove(change.getAgentRemoved());
            case TASK -> put(change.getTask());
            case TASK_MOVED -> move(change.getTaskMoved());
            case TASK_REMOVED -> remove(TaskKey.of(change.getTaskRemoved()));
            case SCHEDULER -> schedulers.put(change.getScheduler().getSchedulerId(), change.getScheduler());
            case SCHEDULER_REMOVED -> schedulers.remove(change.getSchedulerRemoved());
            case ROLE -> roles.put(change.getRole().getRole(), change.getRole());
            case ROLE_REMOVED -> roles.remove(change.getRoleRemoved());
            default -> {
                // Of a later version of the protocol; what it tells of is not in the picture.
            }
        }
    }

    private void put(Agent agent) {
        Resources claimed = underWay.claimedOf(agent.getAgentId());
        AgentView view = new AgentView(agent);
        agents.put(agent.getAgentId(), claimed.isEmpty() ? view : view.without(claimed));
    }

    private void update(AgentResources resources) {
        agents.computeIfPresent(
                resources.getAgentId(), (id, agent) -> agent.with(resources.getFreeList(), resources.getChangedAt()));
    }

    private void put(Task task) {
        TaskKey key = TaskKey.of(task);
        remove(key);
        tasks.put(key, task);
        tasksByScheduler
                .computeIfAbsent(key.schedulerId(), id -> new HashMap<>())
                .put(key.taskId(), task);
        tasksByAgent.computeIfAbsent(task.getAgentId(), id -> new HashMap<>()).put(key, task);
    }

    private void move(TaskMoved moved) {
        Task task = tasks.get(TaskKey.of(moved.getTask()));
        if (task != null) {
            Task.Builder next = task.toBuilder().setState(moved.getState());
            if (moved.hasStatus()) {
                next.setStatus(moved.getStatus());
            }
            if (moved.hasToBeKilled()) {
                next.setToBeKilled(moved.getToBeKilled());
            }
            put(next.build());
        }
    }

    private void remove(TaskKey key) {
        Task task = tasks.remove(key);
        if (task != null) {
            removeFrom(tasksByScheduler, key.schedulerId(), key.taskId());
            removeFrom(tasksByAgent, task.getAgentId(), key);
        }
    }

    private static <K> void removeFrom(Map<String, Map<K, Task>> index, String of, K key) {
        index.computeIfPresent(of, (id, some) -> {
            some.remove(key);
            return some.isEmpty() ? null : some;
        });
    }

    /** What is claimed of an agent by proposals that are under way has changed. */
    void refresh(String agentId) {
        agents.computeIfPresent(agentId, (id, agent) -> agent.without(underWay.claimedOf(id)));
    }

    @Override
    public long version() {
        return version;
    }

    @Override
    public Collection<AgentView> agents() {
        return Collections.unmodifiableCollection(agents.values());
    }

    @Override
    public Optional<AgentView> agent(String agentId) {
        return Optional.ofNullable(agents.get(agentId));
    }

    @Override
    public int taskCount() {
        return tasks.size();
    }

    @Override
    public Optional<Task> task(TaskKey key) {
        return Optional.ofNullable(tasks.get(key));
    }

    @Override
    public Collection<Task> tasksOf(String schedulerId) {
        return values(tasksByScheduler.get(schedulerId));
    }

    @Override
    public Collection<Task> tasksOn(String agentId) {
        return values(tasksByAgent.get(agentId));
    }

    private static Collection<Task> values(@Nullable Map<?, Task> some) {
        return some == null ? Collections.emptyList() : Collections.unmodifiableCollection(some.values());
    }

    @Override
    public boolean isUnderWay(String taskId) {
        return underWay.names(taskId);
    }

    @Override
    public Collection<Scheduler> schedulers() {
        return Collections.unmodifiableCollection(schedulers.values());
    }

    @Override
    public Optional<Scheduler> scheduler(String schedulerId) {
        return Optional.ofNullable(schedulers.get(schedulerId));
    }

    @Override
    public Collection<Role> roles() {
        return Collections.unmodifiableCollection(roles.values());
    }

    @Override
    public Optional<Role> role(String name) {
        return Optional.ofNullable(roles.get(name));
    }
}
