package io.stoa.agent;

import io.stoa.agent.executor.LiveExecutors;
import io.stoa.agent.task.TaskView;
import io.stoa.metrics.SystemFigures;
import io.stoa.state.resources.Resources;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskState;

/** The figures of an agent's {@code /metrics/snapshot}, under Mesos' names. Used on the agent's thread. */
record AgentFigures(AgentInfo info, LiveExecutors executors, boolean registered, long uptimeMs) {

    private static final List<String> RESOURCES = List.of("cpus", "mem", "disk", "gpus");
    private static final List<TaskState> PRESENT =
            List.of(TaskState.TASK_STAGING, TaskState.TASK_STARTING, TaskState.TASK_RUNNING, TaskState.TASK_KILLING);
    private static final List<TaskState> ENDED = List.of(
            TaskState.TASK_FINISHED,
            TaskState.TASK_FAILED,
            TaskState.TASK_KILLED,
            TaskState.TASK_LOST,
            TaskState.TASK_GONE);

    SortedMap<String, Double> collect() {
        SortedMap<String, Double> figures = new TreeMap<>();
        List<TaskView> live =
                executors.view().stream().filter(task -> !task.isCompleted()).toList();
        figures.put("slave/uptime_secs", uptimeMs / 1e3);
        figures.put("slave/registered", registered ? 1.0 : 0.0);
        figures.put("slave/frameworks_active", (double)
                live.stream().map(task -> task.run().frameworkId()).distinct().count());
        // A command task is its own executor.
        figures.put("slave/executors_running", (double) live.size());
        Map<TaskState, Integer> ended = executors.ended();
        figures.put("slave/executors_terminated", (double)
                ended.values().stream().mapToInt(Integer::intValue).sum());
        for (TaskState state : PRESENT) {
            long count = live.stream().filter(task -> task.state() == state).count();
            figures.put(name(state), (double) count);
        }
        for (TaskState state : ENDED) {
            figures.put(name(state), (double) ended.getOrDefault(state, 0));
        }
        for (String resource : RESOURCES) {
            resource(resource, live, figures);
        }
        SystemFigures.addTo(figures);
        return figures;
    }

    private void resource(String name, List<TaskView> live, Map<String, Double> figures) {
        double total = Resources.of(info.getResourcesList()).scalarMilli(name) / 1e3;
        double used = live.stream()
                .flatMap(task -> task.task().getResourcesList().stream())
                .filter(resource -> resource.getName().equals(name))
                .map(Resource::getScalar)
                .mapToDouble(scalar -> scalar.getValue())
                .sum();
        figures.put("slave/" + name + "_total", total);
        figures.put("slave/" + name + "_used", used);
        figures.put("slave/" + name + "_percent", total == 0 ? 0.0 : used / total);
    }

    /** {@code slave/tasks_running}. */
    private static String name(TaskState state) {
        return "slave/" + state.name().toLowerCase(Locale.ROOT).replaceFirst("^task", "tasks");
    }
}
