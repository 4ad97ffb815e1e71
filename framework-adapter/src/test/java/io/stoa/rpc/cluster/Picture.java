package io.stoa.rpc.cluster;

import io.stoa.proto.v1.Agent;
import io.stoa.proto.v1.AgentResources;
import io.stoa.proto.v1.Change;
import io.stoa.proto.v1.Changes;
import io.stoa.proto.v1.Role;
import io.stoa.proto.v1.Scheduler;
import io.stoa.proto.v1.SnapshotChunk;
import io.stoa.proto.v1.Task;
import io.stoa.proto.v1.TaskMoved;
import io.stoa.proto.v1.TaskName;
import io.stoa.proto.v1.View;
import io.stoa.state.model.ClusterSnapshot;
import java.util.Map;
import java.util.TreeMap;

/** The cluster as a client knows it that takes a snapshot and applies what it is told of. */
final class Picture {

    long version;
    final Map<String, Agent> agents = new TreeMap<>();
    final Map<String, Scheduler> schedulers = new TreeMap<>();
    final Map<String, Role> roles = new TreeMap<>();
    final Map<String, Task> tasks = new TreeMap<>();

    /** What a client has to know of the selected part of a snapshot. */
    static Picture of(ClusterSnapshot snapshot, Scope scope) {
        Picture picture = new Picture();
        SnapshotReader reader = new SnapshotReader(snapshot, scope, View.BASIC);
        SnapshotChunk chunk;
        do {
            chunk = reader.next();
            picture.add(chunk);
        } while (!chunk.getLast());
        return picture;
    }

    void add(SnapshotChunk chunk) {
        version = chunk.getVersion();
        chunk.getAgentsList().forEach(agent -> putNew(agents, agent.getAgentId(), agent));
        chunk.getSchedulersList().forEach(scheduler -> putNew(schedulers, scheduler.getSchedulerId(), scheduler));
        chunk.getRolesList().forEach(role -> putNew(roles, role.getRole(), role));
        chunk.getTasksList().forEach(task -> putNew(tasks, key(task.getSchedulerId(), task.getTaskId()), task));
    }

    private static <T> void putNew(Map<String, T> all, String id, T entity) {
        if (all.put(id, entity) != null) {
            throw new IllegalStateException(id + " came twice");
        }
    }

    void apply(Changes changes) {
        if (changes.getSince() != version || changes.getVersion() < version) {
            throw new IllegalStateException(
                    "from " + changes.getSince() + " to " + changes.getVersion() + " (expected: from " + version + ")");
        }
        changes.getChangesList().forEach(this::apply);
        version = changes.getVersion();
    }

    private void apply(Change change) {
        switch (change.getChangeCase()) {
            case AGENT -> agents.put(change.getAgent().getAgentId(), change.getAgent());
            case AGENT_RESOURCES -> free(change.getAgentResources());
            case AGENT_REMOVED -> agents.remove(change.getAgentRemoved());
            case TASK ->
                tasks.put(
                        key(change.getTask().getSchedulerId(), change.getTask().getTaskId()), change.getTask());
            case TASK_MOVED -> move(change.getTaskMoved());
            case TASK_REMOVED -> tasks.remove(key(change.getTaskRemoved()));
            case SCHEDULER -> schedulers.put(change.getScheduler().getSchedulerId(), change.getScheduler());
            case SCHEDULER_REMOVED -> schedulers.remove(change.getSchedulerRemoved());
            case ROLE -> roles.put(change.getRole().getRole(), change.getRole());
            case ROLE_REMOVED -> roles.remove(change.getRoleRemoved());
            case CHANGE_NOT_SET -> throw new IllegalStateException("unknown change");
        }
    }

    private void free(AgentResources resources) {
        agents.compute(
                resources.getAgentId(),
                (id, agent) -> agent.toBuilder()
                        .clearFree()
                        .addAllFree(resources.getFreeList())
                        .setChangedAt(resources.getChangedAt())
                        .build());
    }

    private void move(TaskMoved moved) {
        tasks.compute(key(moved.getTask()), (key, task) -> {
            Task.Builder after = task.toBuilder().setState(moved.getState());
            if (moved.hasToBeKilled()) {
                after.setToBeKilled(moved.getToBeKilled());
            }
            return (moved.hasStatus() ? after.setStatus(moved.getStatus()) : after).build();
        });
    }

    private static String key(TaskName name) {
        return key(name.getSchedulerId(), name.getTaskId());
    }

    private static String key(String schedulerId, String taskId) {
        return schedulerId + "/" + taskId;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Picture picture
                && version == picture.version
                && agents.equals(picture.agents)
                && schedulers.equals(picture.schedulers)
                && roles.equals(picture.roles)
                && tasks.equals(picture.tasks);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(version);
    }

    @Override
    public String toString() {
        return "version " + version + "\n" + agents + "\n" + schedulers + "\n" + roles + "\n" + tasks;
    }
}
