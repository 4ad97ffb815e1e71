package io.stoa.mesos.scheduler;

import io.stoa.state.model.FrameworkId;
import java.util.List;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.HealthCheck;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;

/** What Mesos fills in where a framework leaves it out, before it looks whether a task is valid. */
public final class TaskCompletion {

    private final FrameworkId frameworkId;
    private final Resource.AllocationInfo allocation;

    /** @param role to which the tasks' resources are allocated */
    public TaskCompletion(FrameworkId frameworkId, String role) {
        this.frameworkId = frameworkId;
        this.allocation = Resource.AllocationInfo.newBuilder().setRole(role).build();
    }

    /** The task with allocation roles, the executor's framework, the kind of a health check. */
    public TaskInfo completed(TaskInfo task) {
        boolean allocated = isAllocated(task.getResourcesList());
        if (allocated
                && !task.hasExecutor()
                && (!task.hasHealthCheck() || task.getHealthCheck().hasType())) {
            return task;
        }
        TaskInfo.Builder completed = task.toBuilder();
        if (!allocated) {
            completed.clearResources().addAllResources(allocated(task.getResourcesList()));
        }
        if (task.hasExecutor()) {
            completed.setExecutor(completed(task.getExecutor()));
        }
        HealthCheck check = task.getHealthCheck();
        if (!check.hasType() && check.hasCommand() != check.hasHttp()) {
            completed
                    .getHealthCheckBuilder()
                    .setType(check.hasCommand() ? HealthCheck.Type.COMMAND : HealthCheck.Type.HTTP);
        }
        return completed.build();
    }

    /** The executor with allocation roles and its framework. */
    public ExecutorInfo completed(ExecutorInfo executor) {
        if (executor.hasFrameworkId() && isAllocated(executor.getResourcesList())) {
            return executor;
        }
        ExecutorInfo.Builder completed = allocated(executor).toBuilder();
        if (!executor.hasFrameworkId()) {
            completed.setFrameworkId(FrameworkID.newBuilder().setValue(frameworkId.value()));
        }
        return completed.build();
    }

    /** The executor with allocation roles. */
    ExecutorInfo allocated(ExecutorInfo executor) {
        return executor.toBuilder()
                .clearResources()
                .addAllResources(allocated(executor.getResourcesList()))
                .build();
    }

    private static boolean isAllocated(List<Resource> resources) {
        for (Resource resource : resources) {
            if (!resource.hasAllocationInfo()) {
                return false;
            }
        }
        return true;
    }

    private List<Resource> allocated(List<Resource> resources) {
        return resources.stream()
                .map(resource -> resource.hasAllocationInfo()
                        ? resource
                        : resource.toBuilder().setAllocationInfo(allocation).build())
                .toList();
    }
}
