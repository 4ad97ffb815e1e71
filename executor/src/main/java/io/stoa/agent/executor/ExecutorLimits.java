package io.stoa.agent.executor;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.Value;

/** What an executor may take with all its tasks, where one of them may take more than it asks for. */
final class ExecutorLimits {

    private ExecutorLimits() {}

    /** Whoever says nothing may take of memory what it asks for, and of CPUs what is free. */
    static Map<String, Value.Scalar> of(ExecutorInfo executor, List<TaskInfo> tasks) {
        Map<String, Value.Scalar> limits = new HashMap<>();
        for (String name : List.of("cpus", "mem")) {
            if (tasks.stream().anyMatch(task -> task.containsLimits(name))) {
                double sum = given(executor.getResourcesList(), name);
                for (TaskInfo task : tasks) {
                    sum += limit(task, name);
                }
                limits.put(name, Value.Scalar.newBuilder().setValue(sum).build());
            }
        }
        return limits;
    }

    private static double limit(TaskInfo task, String name) {
        if (task.containsLimits(name)) {
            return task.getLimitsOrThrow(name).getValue();
        }
        return name.equals("cpus") ? Double.POSITIVE_INFINITY : given(task.getResourcesList(), name);
    }

    private static double given(List<Resource> resources, String name) {
        return resources.stream()
                .filter(resource -> resource.getName().equals(name))
                .mapToDouble(resource -> resource.getScalar().getValue())
                .sum();
    }
}
