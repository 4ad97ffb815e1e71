package io.stoa.rpc.scheduler;

import io.stoa.mesos.scheduler.TaskCompletion;
import io.stoa.mesos.validation.LaunchContext;
import io.stoa.mesos.validation.TaskGroupValidator;
import io.stoa.mesos.validation.TaskValidator;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.TaskInfo;

/**
 * Makes claims of what one operation wants to launch on one agent, judged as Mesos judges launches; whether it fits,
 * and whether the ids of its tasks are free, is for the commit to decide.
 */
final class ClaimTranslator implements LaunchContext {

    private static final int MAX_GROUP_RESOURCES = 1_000;

    private final CommitPlan plan;
    private final AgentId agentId;
    private final List<AgentInfo.Capability> capabilities;
    private final String role;
    private final TaskCompletion completion;
    private final String path;

    /**
     * @param capabilities of the agent
     * @param path of the operation, {@code operations[2].claim}
     */
    ClaimTranslator(
            CommitPlan plan, AgentId agentId, List<AgentInfo.Capability> capabilities, String role, String path) {
        this.plan = plan;
        this.agentId = agentId;
        this.capabilities = capabilities;
        this.role = role;
        this.path = path;
        this.completion = new TaskCompletion(plan.caller().id(), role);
    }

    Checked<StateMutation> claim(TaskInfo asked) {
        TaskInfo task = completed(asked);
        Optional<String> error = amounts(task, "task")
                .or(() -> task.hasExecutor() ? amounts(task.getExecutor(), "task.executor") : Optional.empty());
        if (error.isPresent()) {
            return Checked.invalid(path + "." + error.get());
        }
        try {
            Resources resources = Resources.of(task.getResourcesList());
            Resources ofExecutor = Resources.of(task.getExecutor().getResourcesList());
            error = Amounts.ofOthers(resources, role)
                    .map("task.resources: "::concat)
                    .or(() -> Amounts.ofOthers(ofExecutor, role).map("task.executor.resources: "::concat))
                    .or(() -> TaskValidator.invalidityBesideFit(task, resources, ofExecutor, this)
                            .map("task: "::concat));
        } catch (IllegalArgumentException | ArithmeticException e) {
            error = Optional.of("task.resources: " + e.getMessage());
        }
        if (error.isPresent()) {
            return Checked.invalid(path + "." + error.get());
        }
        if (task.hasExecutor()) {
            plan.launches(agentId, task.getExecutor());
        }
        return Checked.passed(new StateMutation.Claim(plan.caller().id(), agentId, role, task));
    }

    Checked<StateMutation> claimGroup(List<TaskInfo> asked, ExecutorInfo askedExecutor) {
        ExecutorInfo executor = completion.completed(askedExecutor);
        List<TaskInfo> tasks = new ArrayList<>(asked.size());
        Optional<String> error = amounts(executor, "executor").or(() -> tooMany(asked));
        for (int i = 0; i < asked.size() && error.isEmpty(); i++) {
            TaskInfo task = completed(asked.get(i));
            tasks.add(
                    task.hasExecutor()
                            ? task
                            : task.toBuilder().setExecutor(executor).build());
            error = amounts(task, "tasks[" + i + "]");
        }
        if (error.isEmpty()) {
            error = groupInvalidity(tasks, executor);
        }
        if (error.isPresent()) {
            return Checked.invalid(path + "." + error.get());
        }
        plan.launches(agentId, executor);
        return Checked.passed(new StateMutation.ClaimGroup(plan.caller().id(), agentId, role, tasks));
    }

    /** Whether they overlap is looked at over all of them. */
    private static Optional<String> tooMany(List<TaskInfo> tasks) {
        int resources = tasks.stream().mapToInt(TaskInfo::getResourcesCount).sum();
        return resources > MAX_GROUP_RESOURCES
                ? Optional.of("tasks: " + resources + " resources (expected: at most " + MAX_GROUP_RESOURCES + ")")
                : Optional.empty();
    }

    private Optional<String> groupInvalidity(List<TaskInfo> tasks, ExecutorInfo executor) {
        try {
            for (int i = 0; i < tasks.size(); i++) {
                String field = "tasks[" + i + "].resources: ";
                Optional<String> error = Amounts.ofOthers(
                                Resources.of(tasks.get(i).getResourcesList()), role)
                        .map(field::concat);
                if (error.isPresent()) {
                    return error;
                }
            }
            return Amounts.ofOthers(Resources.of(executor.getResourcesList()), role)
                    .map("executor.resources: "::concat)
                    .or(() -> TaskGroupValidator.invalidityBesideFit(tasks, executor, this)
                            .map("tasks: "::concat));
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Optional.of("tasks: " + e.getMessage());
        }
    }

    private Optional<String> amounts(TaskInfo task, String field) {
        return Amounts.invalidity(task.getResourcesList(), role).map(text -> field + ".resources: " + text);
    }

    private Optional<String> amounts(ExecutorInfo executor, String field) {
        return Amounts.invalidity(executor.getResourcesList(), role).map(text -> field + ".resources: " + text);
    }

    private TaskInfo completed(TaskInfo task) {
        return completion.completed(
                task.getAgentId().getValue().isEmpty()
                        ? task.toBuilder()
                                .setAgentId(AgentID.newBuilder().setValue(agentId.value()))
                                .build()
                        : task);
    }

    @Override
    public FrameworkId frameworkId() {
        return plan.caller().id();
    }

    @Override
    public AgentId agentId() {
        return agentId;
    }

    @Override
    public List<AgentInfo.Capability> capabilities() {
        return capabilities;
    }

    @Override
    public String role() {
        return role;
    }

    /** Not even where the snapshot knows the task: the commit says so with what it knows then. */
    @Override
    public Optional<String> taskIdConflict(String taskId) {
        return Optional.empty();
    }

    @Override
    public Optional<ExecutorInfo> executor(String executorId) {
        return plan.executor(agentId, executorId);
    }
}
