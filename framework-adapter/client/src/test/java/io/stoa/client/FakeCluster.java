package io.stoa.client;

import static java.util.Objects.requireNonNull;

import io.grpc.Status;
import io.stoa.client.resources.Resources;
import io.stoa.proto.v1.Agent;
import io.stoa.proto.v1.AgentResources;
import io.stoa.proto.v1.Change;
import io.stoa.proto.v1.Changes;
import io.stoa.proto.v1.Claim;
import io.stoa.proto.v1.CommitMode;
import io.stoa.proto.v1.CommitRequest;
import io.stoa.proto.v1.CommitResponse;
import io.stoa.proto.v1.Conflict;
import io.stoa.proto.v1.InsufficientResources;
import io.stoa.proto.v1.Operation;
import io.stoa.proto.v1.Scheduler;
import io.stoa.proto.v1.Task;
import io.stoa.proto.v1.TaskName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.jspecify.annotations.Nullable;

/**
 * What fake masters share, as real ones share their journal: it outlives who leads. It claims and nothing else, knows
 * no quota, and believes everything. Guarded by itself.
 */
final class FakeCluster {

    final Map<String, Agent> agents = new LinkedHashMap<>();
    final Map<TaskKey, Task> tasks = new LinkedHashMap<>();
    final Map<String, Scheduler> schedulers = new LinkedHashMap<>();
    /** Each time a claim was done: what was done twice is here twice. */
    final List<String> launched = new ArrayList<>();

    private final Map<String, CommitResponse> answers = new HashMap<>();
    private final TreeMap<Long, Changes> history = new TreeMap<>();
    private final List<Consumer<Changes>> watchers = new ArrayList<>();
    /** A key that is taken for misused. */
    volatile @Nullable String refused;
    /** How that is refused. */
    volatile Status refusal = Status.INVALID_ARGUMENT.withDescription("key: used (expected: a new one)");

    private long version = 100;
    private long oldest = version;
    private @Nullable String leader;

    synchronized long version() {
        return version;
    }

    /** {@code host:port}. */
    synchronized @Nullable String leader() {
        return leader;
    }

    synchronized void leader(String address) {
        leader = address;
    }

    synchronized void add(Agent agent) {
        agents.put(agent.getAgentId(), agent);
        change(List.of(Change.newBuilder().setAgent(agent).build()));
    }

    synchronized void remove(String agentId) {
        agents.remove(agentId);
        change(List.of(Change.newBuilder().setAgentRemoved(agentId).build()));
    }

    synchronized void change(List<Change> changes) {
        Changes next = Changes.newBuilder()
                .setSince(version)
                .setVersion(version + 1)
                .addAllChanges(changes)
                .build();
        version++;
        history.put(version, next);
        List.copyOf(watchers).forEach(watcher -> watcher.accept(next));
    }

    /** Versions that nobody was told of: a fault. */
    synchronized void skip() {
        version++;
    }

    /** What has changed so far is not kept any more. */
    synchronized void compact() {
        history.clear();
        oldest = version;
    }

    synchronized boolean keeps(long since) {
        return since >= oldest && since <= version;
    }

    /** @param watcher told of all that is behind that version, and then of what comes, under the cluster's lock */
    synchronized void watch(long since, Consumer<Changes> watcher) {
        history.tailMap(since, false).values().forEach(watcher);
        watchers.add(watcher);
    }

    synchronized void unwatch(Consumer<Changes> watcher) {
        watchers.remove(watcher);
    }

    /** @return as it is from now on */
    synchronized Scheduler admit(FrameworkInfo info, long expected) {
        String id = info.hasId() ? info.getId().getValue() : "S" + (schedulers.size() + 1);
        Scheduler before = schedulers.get(id);
        if (info.hasId() && before == null) {
            throw Status.NOT_FOUND.withDescription("scheduler: " + id).asRuntimeException();
        }
        if (before != null && expected != 0 && before.getGeneration() != expected) {
            throw Status.FAILED_PRECONDITION
                    .withDescription("generation: " + expected + " (expected: " + before.getGeneration() + ")")
                    .asRuntimeException();
        }
        Scheduler admitted = Scheduler.newBuilder()
                .setSchedulerId(id)
                .setInfo(info)
                .setGeneration(version + 1)
                .build();
        schedulers.put(id, admitted);
        change(List.of(Change.newBuilder().setScheduler(admitted).build()));
        return admitted;
    }

    synchronized CommitResponse commit(CommitRequest request) {
        if (request.getIdempotencyKey().equals(refused)) {
            throw refusal.asRuntimeException();
        }
        String key = request.getIdentity().getSchedulerId() + "/" + request.getIdempotencyKey();
        CommitResponse known = answers.get(key);
        if (known != null) {
            return known.toBuilder().setRepeated(true).build();
        }
        CommitResponse answer = decide(request);
        answers.put(key, answer);
        return answer;
    }

    private CommitResponse decide(CommitRequest request) {
        Map<String, Agent> left = new HashMap<>(agents);
        List<Change> changes = new ArrayList<>();
        List<Conflict> conflicts = new ArrayList<>();
        List<Task> claimed = new ArrayList<>();
        for (int i = 0; i < request.getOperationsCount(); i++) {
            Operation operation = request.getOperations(i);
            if (!operation.hasClaim()) {
                continue;
            }
            Agent agent = left.get(operation.getClaim().getAgentId());
            Resources free = agent == null ? Resources.EMPTY : Resources.of(agent.getFreeList());
            Resources wanted = Resources.of(operation.getClaim().getTask());
            if (agent == null || !free.contains(wanted)) {
                conflicts.add(conflict(i, wanted, free));
                continue;
            }
            Agent after = agent.toBuilder()
                    .clearFree()
                    .addAllFree(free.minus(wanted).toProto())
                    .setChangedAt(version + 1)
                    .build();
            left.put(after.getAgentId(), after);
            claimed.add(task(request.getIdentity().getSchedulerId(), operation.getClaim()));
            changes.add(Change.newBuilder().setAgentResources(resources(after)).build());
        }
        CommitResponse.Builder answer = CommitResponse.newBuilder().addAllConflicts(conflicts);
        if (!conflicts.isEmpty() && (request.getMode() == CommitMode.ALL_OR_NOTHING || claimed.isEmpty())) {
            return answer.setOutcome(CommitResponse.Outcome.CONFLICTED)
                    .setVersion(version)
                    .build();
        }
        agents.putAll(left);
        for (Task task : claimed) {
            launched.add(task.getTaskId());
            tasks.put(TaskKey.of(task), task);
            changes.add(Change.newBuilder().setTask(task).build());
        }
        change(changes);
        return answer.setOutcome(CommitResponse.Outcome.COMMITTED)
                .setVersion(version)
                .build();
    }

    private static Conflict conflict(int operation, Resources wanted, Resources free) {
        return Conflict.newBuilder()
                .setOperation(operation)
                .setInsufficientResources(InsufficientResources.newBuilder()
                        .addAllWanted(wanted.toProto())
                        .addAllFree(free.toProto()))
                .build();
    }

    private static AgentResources resources(Agent agent) {
        return AgentResources.newBuilder()
                .setAgentId(agent.getAgentId())
                .addAllFree(agent.getFreeList())
                .setChangedAt(agent.getChangedAt())
                .build();
    }

    private static Task task(String schedulerId, Claim claim) {
        return Task.newBuilder()
                .setSchedulerId(schedulerId)
                .setTaskId(claim.getTask().getTaskId().getValue())
                .setAgentId(claim.getAgentId())
                .setState(TaskState.TASK_STAGING)
                .build();
    }

    /** The task ends, and what it held is free. */
    synchronized void finish(TaskKey key) {
        Task task = requireNonNull(tasks.remove(key));
        Agent agent = requireNonNull(agents.get(task.getAgentId()));
        Agent after =
                agent.toBuilder().clearFree().addAllFree(agent.getTotalList()).build();
        agents.put(agent.getAgentId(), after);
        change(List.of(
                Change.newBuilder().setAgentResources(resources(after)).build(),
                Change.newBuilder()
                        .setTaskRemoved(TaskName.newBuilder()
                                .setSchedulerId(key.schedulerId())
                                .setTaskId(key.taskId()))
                        .build()));
    }
}
