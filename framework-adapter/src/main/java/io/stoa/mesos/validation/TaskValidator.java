package io.stoa.mesos.validation;

import io.stoa.state.resources.Resources;
import io.stoa.v1.IdValidator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.Value;

/** The rules for a task that is launched with LAUNCH, in Mesos' order. */
public final class TaskValidator {

    private TaskValidator() {}

    /**
     * @param task with allocation roles in its resources and the framework's id in its executor
     * @param resources those of the task, added up
     * @param executorResources those of its executor, added up; empty without executor
     */
    public static Optional<String> invalidity(
            TaskInfo task, Resources resources, Resources executorResources, OfferedLaunchContext context) {
        return taskItself(task, resources, context)
                .or(() -> withExecutor(task, resources, executorResources, context))
                .or(() -> fits(task, total(task, resources, executorResources, context), context))
                .or(() -> shareCgroups(task));
    }

    /** As {@link #invalidity}, wherever there is enough for it. */
    public static Optional<String> invalidityBesideFit(
            TaskInfo task, Resources resources, Resources executorResources, LaunchContext context) {
        return taskItself(task, resources, context)
                .or(() -> withExecutor(task, resources, executorResources, context))
                .or(() -> shareCgroups(task));
    }

    /** What does not depend on the executor. */
    static Optional<String> taskItself(TaskInfo task, Resources resources, LaunchContext context) {
        String id = task.getTaskId().getValue();
        return IdValidator.invalidity(id)
                .or(() -> context.taskIdConflict(id))
                .or(() -> agentId(task, context))
                .or(() -> task.getKillPolicy().getGracePeriod().getNanoseconds() < 0
                        ? Optional.of("Task's 'kill_policy.grace_period' must be non-negative")
                        : Optional.empty())
                .or(() -> task.getMaxCompletionTime().getNanoseconds() < 0
                        ? Optional.of("Task's `max_completion_time` must be non-negative")
                        : Optional.empty())
                .or(() -> task.hasCheck()
                        ? CheckValidator.check(task.getCheck()).map(error -> "Task uses invalid check: " + error)
                        : Optional.empty())
                .or(() -> task.hasHealthCheck()
                        ? CheckValidator.healthCheck(task.getHealthCheck())
                                .map(error -> "Task uses invalid health check: " + error)
                        : Optional.empty())
                .or(() -> resources(task, resources))
                .or(() -> ContainerValidator.command(task.getCommand())
                        .map(error -> "Task's `CommandInfo` is invalid: " + error))
                .or(() -> task.hasContainer()
                        ? ContainerValidator.container(task.getContainer())
                                .map(error -> "Task's `ContainerInfo` is invalid: " + error)
                        : Optional.empty())
                .or(() -> limits(task.getLimitsMap(), resources, context));
    }

    private static Optional<String> agentId(TaskInfo task, LaunchContext context) {
        String actual = task.getAgentId().getValue();
        String expected = context.agentId().value();
        return actual.equals(expected)
                ? Optional.empty()
                : Optional.of("Task uses invalid agent " + actual + " while agent " + expected + " is expected");
    }

    private static Optional<String> resources(TaskInfo task, Resources sum) {
        List<Resource> resources = task.getResourcesList();
        if (resources.isEmpty()) {
            return Optional.of("Task uses no resources");
        }
        return ResourceRules.invalidity(resources, sum)
                .map(error -> "Task uses invalid resources: " + error)
                .or(() -> ResourceRules.duplicatePersistenceId(resources)
                        .map(error -> "Task uses duplicate persistence ID: " + error))
                .or(() -> ResourceRules.severalRoles(resources).map(error -> "Invalid task resources: " + error))
                .or(() -> ResourceRules.revocableMix(resources)
                        .map(error -> "Task mixes revocable and non-revocable resources: " + error));
    }

    private static Optional<String> limits(
            Map<String, Value.Scalar> limits, Resources resources, LaunchContext context) {
        if (limits.isEmpty()) {
            return Optional.empty();
        }
        if (context.capabilities().stream()
                .noneMatch(each -> each.getType() == AgentInfo.Capability.Type.TASK_RESOURCE_LIMITS)) {
            return Optional.of("Agent is not capable of handling task resource limits");
        }
        Value.Scalar cpus = limits.get("cpus");
        Value.Scalar mem = limits.get("mem");
        if (limits.size() > (cpus == null ? 0 : 1) + (mem == null ? 0 : 1)) {
            return Optional.of("Only cpus and mem may be included in a task's resource limits");
        }
        if (cpus != null) {
            if (resources.scalarMilli("cpus") == 0) {
                return Optional.of("When a CPU limit is specified, a CPU request must also be specified");
            }
            if (cpus.getValue() < resources.scalarMilli("cpus") / 1e3) {
                return Optional.of("The cpu limit must be greater than or equal to the cpu request");
            }
        }
        if (mem != null) {
            if (resources.scalarMilli("mem") == 0) {
                return Optional.of("When a memory limit is specified, a memory request must also be specified");
            }
            if (mem.getValue() < resources.scalarMilli("mem") / 1e3) {
                return Optional.of("The memory limit must be greater than or equal to the memory request");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> withExecutor(
            TaskInfo task, Resources resources, Resources executorResources, LaunchContext context) {
        if (task.hasExecutor() == task.hasCommand()) {
            return Optional.of("Task should have at least one (but not both) of CommandInfo or ExecutorInfo present");
        }
        return task.hasExecutor()
                ? ExecutorValidator.invalidity(task.getExecutor(), executorResources, context)
                        .or(() -> together(task, resources, executorResources, context))
                : Optional.empty();
    }

    /** What the launch takes of the offers. */
    private static Resources total(
            TaskInfo task, Resources resources, Resources executorResources, LaunchContext context) {
        boolean runs = !task.hasExecutor()
                || context.executor(task.getExecutor().getExecutorId().getValue())
                        .isPresent();
        return runs ? resources : resources.plus(executorResources);
    }

    private static Optional<String> together(
            TaskInfo task, Resources resources, Resources executorResources, LaunchContext context) {
        if (!resources.plus(executorResources).minus(executorResources).equals(resources)) {
            return Optional.of("There are overlapping resources in the task resources "
                    + resources.toString(context.role()) + " and executor resources "
                    + executorResources.toString(context.role()));
        }
        List<Resource> all = new ArrayList<>(task.getResourcesList());
        all.addAll(task.getExecutor().getResourcesList());
        return ResourceRules.duplicatePersistenceId(all)
                .map(error -> "Task and its executor use duplicate persistence ID: " + error)
                .or(() -> ResourceRules.revocableMix(all)
                        .map(error -> "Task and its executor mix revocable and non-revocable resources: " + error));
    }

    private static Optional<String> fits(TaskInfo task, Resources total, OfferedLaunchContext context) {
        String role = task.getResources(0).getAllocationInfo().getRole();
        return role.equals(context.role()) && context.available().contains(total)
                ? Optional.empty()
                : Optional.of("Total resources " + total.toString(role)
                        + " required by task and its executor is more than available "
                        + context.available().toString(context.role()));
    }

    private static Optional<String> shareCgroups(TaskInfo task) {
        return task.getContainer().getLinuxInfo().hasShareCgroups()
                        && !task.getContainer().getLinuxInfo().getShareCgroups()
                ? Optional.of("Only tasks in a task group may have 'share_cgroups' set to 'false'")
                : Optional.empty();
    }
}
