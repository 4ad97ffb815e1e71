package io.stoa.mesos.scheduler;

import io.stoa.mesos.offer.TakenOffers;
import io.stoa.mesos.validation.OfferedLaunchContext;
import io.stoa.mesos.validation.TaskGroupValidator;
import io.stoa.mesos.validation.TaskValidator;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Executor;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation.Claim;
import io.stoa.state.transaction.StateMutation.ClaimGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskStatus;

/** Turns the launches on accepted offers into claims, one after the other as Mesos does. For one ACCEPT only. */
final class LaunchPlanner implements OfferedLaunchContext {

    private final FrameworkId frameworkId;
    private final TakenOffers taken;
    private final Agent agent;
    private final ClusterSnapshot snapshot;
    private final Refusals refusals;
    private final TaskCompletion completion;
    private final AcceptPlan plan;
    private final Set<String> taskIds = new HashSet<>();
    private final Map<String, ExecutorInfo> executors = new HashMap<>();

    LaunchPlanner(TakenOffers taken, Agent agent, ClusterSnapshot snapshot, Refusals refusals, AcceptPlan plan) {
        this.frameworkId = taken.frameworkId();
        this.taken = taken;
        this.agent = agent;
        this.snapshot = snapshot;
        this.refusals = refusals;
        this.plan = plan;
        this.completion = new TaskCompletion(frameworkId, taken.role());
    }

    void launch(Offer.Operation operation) {
        List<TaskInfo> tasks = operation.getLaunch().getTaskInfosList();
        List<Resources> resources = new ArrayList<>(tasks.size());
        List<Resources> executorResources = new ArrayList<>(tasks.size());
        try {
            for (TaskInfo task : tasks) {
                resources.add(Resources.of(task.getResourcesList()));
                executorResources.add(Resources.of(task.getExecutor().getResourcesList()));
            }
        } catch (IllegalArgumentException e) {
            // One malformed resource fails the whole operation in Mesos, with this text and no other.
            refusals.invalid(tasks, TaskStatus.Reason.REASON_TASK_INVALID, String.valueOf(e.getMessage()));
            return;
        }
        if (operation.hasId()) {
            refusals.invalid(
                    tasks, TaskStatus.Reason.REASON_TASK_INVALID, "The `id` field cannot be set on LAUNCH operations");
            return;
        }
        for (int i = 0; i < tasks.size(); i++) {
            launch(completion.completed(tasks.get(i)), resources.get(i), executorResources.get(i));
        }
    }

    private void launch(TaskInfo task, Resources resources, Resources executorResources) {
        Optional<String> error = TaskValidator.invalidity(task, resources, executorResources, this);
        if (error.isPresent()) {
            refusals.invalid(List.of(task), TaskStatus.Reason.REASON_TASK_INVALID, error.get());
            return;
        }
        Resources claimed = resources;
        if (task.hasExecutor()) {
            String executorId = task.getExecutor().getExecutorId().getValue();
            if (executor(executorId).isEmpty()) {
                claimed = claimed.plus(executorResources);
                executors.put(executorId, task.getExecutor());
            }
        }
        taskIds.add(task.getTaskId().getValue());
        plan.claim(new Claim(frameworkId, agent.id(), taken.role(), task), claimed);
    }

    /** All of its tasks or none. */
    void launchGroup(Offer.Operation operation) {
        if (!operation.hasLaunchGroup()) {
            // Malformed, and there is no task of which this could be said.
            return;
        }
        ExecutorInfo executor = completion.allocated(operation.getLaunchGroup().getExecutor());
        List<TaskInfo> tasks = operation.getLaunchGroup().getTaskGroup().getTasksList();
        try {
            List<TaskInfo> completed = tasks.stream()
                    .map(completion::completed)
                    .map(task -> task.hasExecutor()
                            ? task
                            : task.toBuilder().setExecutor(executor).build())
                    .toList();
            Optional<String> invalidity = operation.hasId()
                    ? Optional.of("The `id` field cannot be set on LAUNCH_GROUP operations")
                    : TaskGroupValidator.invalidity(completed, executor, this);
            if (invalidity.isPresent()) {
                refusals.invalid(tasks, TaskStatus.Reason.REASON_TASK_GROUP_INVALID, invalidity.get());
            } else if (!completed.isEmpty()) {
                claim(completed, executor);
            }
        } catch (IllegalArgumentException e) {
            refusals.invalid(tasks, TaskStatus.Reason.REASON_TASK_GROUP_INVALID, String.valueOf(e.getMessage()));
        }
    }

    private void claim(List<TaskInfo> group, ExecutorInfo executor) {
        Resources claimed = Resources.EMPTY;
        for (TaskInfo task : group) {
            claimed = claimed.plus(Resources.of(task.getResourcesList()));
            taskIds.add(task.getTaskId().getValue());
        }
        String executorId = executor.getExecutorId().getValue();
        if (executor(executorId).isEmpty()) {
            claimed = claimed.plus(Resources.of(executor.getResourcesList()));
            executors.put(executorId, executor);
        }
        plan.claim(new ClaimGroup(frameworkId, agent.id(), taken.role(), group), claimed);
    }

    @Override
    public FrameworkId frameworkId() {
        return frameworkId;
    }

    @Override
    public AgentId agentId() {
        return agent.id();
    }

    @Override
    public List<AgentInfo.Capability> capabilities() {
        return agent.capabilities();
    }

    @Override
    public String role() {
        return taken.role();
    }

    @Override
    public Resources available() {
        return plan.remaining();
    }

    @Override
    public Optional<String> taskIdConflict(String taskId) {
        if (taskIds.contains(taskId)) {
            return Optional.of("Task has duplicate ID: " + taskId);
        }
        Optional<Task> known = snapshot.task(new TaskKey(frameworkId, taskId));
        return known.map(task -> ReconcileHandler.isReachable(snapshot, task)
                ? "Task has duplicate ID: " + taskId
                : "Task reuses the ID of an unreachable task: " + taskId);
    }

    @Override
    public Optional<ExecutorInfo> executor(String executorId) {
        ExecutorInfo claimed = executors.get(executorId);
        return claimed != null
                ? Optional.of(claimed)
                : snapshot.executor(new ExecutorKey(agent.id(), frameworkId, executorId))
                        .map(Executor::info);
    }
}
