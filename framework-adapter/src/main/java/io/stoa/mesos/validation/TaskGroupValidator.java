package io.stoa.mesos.validation;

import io.stoa.state.resources.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.HealthCheck;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;

/** The rules for a group of tasks that is launched with LAUNCH_GROUP, in Mesos' order. */
public final class TaskGroupValidator {

    private static final long MIN_CPUS_MILLI = 10;
    private static final long MIN_MEM_MB = 32;

    private TaskGroupValidator() {}

    /**
     * @param tasks each with an executor, and with allocation roles in its resources
     * @param executor of the group, with allocation roles in its resources
     * @throws IllegalArgumentException where a resource is malformed, with Mesos' text
     */
    public static Optional<String> invalidity(
            List<TaskInfo> tasks, ExecutorInfo executor, OfferedLaunchContext context) {
        return themselves(tasks, executor, context)
                .or(() -> fits(tasks, executor, Resources.of(executor.getResourcesList()), context))
                .or(() -> shareCgroups(tasks, executor));
    }

    /**
     * As {@link #invalidity}, wherever there is enough for it.
     *
     * @throws IllegalArgumentException as well
     */
    public static Optional<String> invalidityBesideFit(
            List<TaskInfo> tasks, ExecutorInfo executor, LaunchContext context) {
        return themselves(tasks, executor, context).or(() -> shareCgroups(tasks, executor));
    }

    private static Optional<String> themselves(List<TaskInfo> tasks, ExecutorInfo executor, LaunchContext context) {
        for (TaskInfo task : tasks) {
            Optional<String> error = TaskValidator.taskItself(task, Resources.of(task.getResourcesList()), context)
                    .or(() -> inGroup(task));
            if (error.isPresent()) {
                return error.map(text -> "Task '" + task.getTaskId().getValue() + "' is invalid: " + text);
            }
        }
        Resources executorResources = Resources.of(executor.getResourcesList());
        return ExecutorValidator.general(executor, executorResources, context)
                .or(() -> kind(executor))
                .or(() -> sameExecutor(tasks, executor))
                .or(() -> minimum(executor, executorResources))
                .or(() -> together(tasks, executor, executorResources, context));
    }

    private static Optional<String> inGroup(TaskInfo task) {
        ContainerInfo container = task.getContainer();
        HealthCheck.Type check = task.getHealthCheck().getType();
        if (container.getNetworkInfosCount() > 0 && (check == HealthCheck.Type.HTTP || check == HealthCheck.Type.TCP)) {
            return Optional.of("HTTP and TCP health checks are not supported for nested containers not joining parent's"
                    + " network");
        }
        if (task.hasContainer() && container.getType() == ContainerInfo.Type.DOCKER) {
            return Optional.of("Docker ContainerInfo is not supported on the task");
        }
        return task.getLimitsCount() > 0 && sharesCgroups(task)
                ? Optional.of("Resource limits may only be set for tasks within a task group when the 'share_cgroups'"
                        + " field is set to 'false'.")
                : Optional.empty();
    }

    private static boolean sharesCgroups(TaskInfo task) {
        return !task.getContainer().hasLinuxInfo()
                || task.getContainer().getLinuxInfo().getShareCgroups();
    }

    private static Optional<String> kind(ExecutorInfo executor) {
        if (!executor.hasType()) {
            return Optional.of("'ExecutorInfo.type' must be set");
        }
        if (executor.getType() == ExecutorInfo.Type.UNKNOWN) {
            return Optional.of("Unknown executor type");
        }
        return executor.hasContainer() && executor.getContainer().getType() == ContainerInfo.Type.DOCKER
                ? Optional.of("Docker ContainerInfo is not supported on the executor")
                : Optional.empty();
    }

    private static Optional<String> sameExecutor(List<TaskInfo> tasks, ExecutorInfo executor) {
        return tasks.stream()
                .filter(task -> !task.getExecutor().equals(executor))
                .findFirst()
                .map(task -> "The `ExecutorInfo` of task '" + task.getTaskId().getValue()
                        + "' is different from executor '"
                        + executor.getExecutorId().getValue() + "'");
    }

    private static Optional<String> minimum(ExecutorInfo executor, Resources resources) {
        String name = "Executor '" + executor.getExecutorId().getValue() + "'";
        long cpusMilli = resources.scalarMilli("cpus");
        if (cpusMilli < MIN_CPUS_MILLI) {
            return Optional.of(name + " uses less CPUs ("
                    + (cpusMilli == 0 ? "None" : MesosNumbers.print(cpusMilli / 1e3))
                    + ") than the minimum required (0.01)");
        }
        long memMilli = resources.scalarMilli("mem");
        if (memMilli / 1_000 < MIN_MEM_MB) {
            return Optional.of(name + " uses less memory ("
                    + (memMilli == 0 ? "None" : memMilli < 1_000 ? "0B" : memMilli / 1_000 + "MB")
                    + ") than the minimum required (32MB)");
        }
        return resources.scalarMilli("disk") == 0 ? Optional.of(name + " uses no disk") : Optional.empty();
    }

    private static Optional<String> together(
            List<TaskInfo> tasks, ExecutorInfo executor, Resources executorResources, LaunchContext context) {
        List<Resource> all = new ArrayList<>(executor.getResourcesList());
        tasks.forEach(task -> all.addAll(task.getResourcesList()));
        return ResourceRules.duplicatePersistenceId(all)
                .map(error -> "Task group and executor use duplicate persistence ID: " + error)
                .or(() -> ResourceRules.revocableMix(all)
                        .map(error -> "Task group and executor mix revocable and non-revocable resources: " + error))
                .or(() -> overlaps(tasks, executorResources)
                        ? Optional.of("There are overlapping resources in the task group's task resources "
                                + tasks.stream()
                                        .map(task -> Resources.of(task.getResourcesList())
                                                .toString(context.role()))
                                        .collect(Collectors.joining(", ", "[ ", " ]"))
                                + " and/or executor resources " + executorResources.toString(context.role()))
                        : Optional.empty());
    }

    private static boolean overlaps(List<TaskInfo> tasks, Resources executorResources) {
        Resources total = executorResources;
        for (TaskInfo task : tasks) {
            Resources resources = Resources.of(task.getResourcesList());
            if (!total.plus(resources).minus(total).equals(resources)) {
                return true;
            }
            total = total.plus(resources);
        }
        return false;
    }

    private static Optional<String> fits(
            List<TaskInfo> tasks, ExecutorInfo executor, Resources executorResources, OfferedLaunchContext context) {
        Resources total = Resources.EMPTY;
        for (TaskInfo task : tasks) {
            total = total.plus(Resources.of(task.getResourcesList()));
        }
        if (context.executor(executor.getExecutorId().getValue()).isEmpty()) {
            total = total.plus(executorResources);
        }
        String role = executor.getResources(0).getAllocationInfo().getRole();
        return role.equals(context.role()) && context.available().contains(total)
                ? Optional.empty()
                : Optional.of("Total resources " + total.toString(role)
                        + " required by task group and its executor are more than available "
                        + context.available().toString(context.role()));
    }

    private static Optional<String> shareCgroups(List<TaskInfo> tasks, ExecutorInfo executor) {
        if (executor.getContainer().getLinuxInfo().hasShareCgroups()
                && executor.getContainer().getLinuxInfo().getShareCgroups()) {
            return Optional.of("The 'share_cgroups' field cannot be set to 'true' on executor containers");
        }
        return tasks.stream().map(TaskGroupValidator::sharesCgroups).distinct().count() > 1
                ? Optional.of("If set, the value of 'share_cgroups' must be the same for all tasks in each task group"
                        + " and under a single executor")
                : Optional.empty();
    }
}
