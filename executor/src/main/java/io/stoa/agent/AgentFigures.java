package io.stoa.agent;

import io.stoa.agent.executor.LiveExecutors;
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
        Map<TaskState, Long> states = executors.states();
        List<Resource> held = executors.held();
        figures.put("slave/uptime_secs", uptimeMs / 1e3);
        figures.put("slave/registered", registered ? 1.0 : 0.0);
        executors.addTo(figures);
        Map<TaskState, Integer> ended = executors.ended();
        for (TaskState state : PRESENT) {
            figures.put(name(state), (double) states.getOrDefault(state, 0L));
        }
        for (TaskState state : ENDED) {
            figures.put(name(state), (double) ended.getOrDefault(state, 0));
        }
        for (String resource : RESOURCES) {
            resource(resource, held, figures);
        }
        // Nobody takes back what an executor has, but there are dashboards that ask.
        figures.put("slave/executors_preempted", 0.0);
        SystemFigures.addTo(figures);
        return figures;
    }

    private void resource(String name, List<Resource> held, Map<String, Double> figures) {
        double total = Resources.of(info.getResourcesList()).scalarMilli(name) / 1e3;
        double used = held.stream()
                .filter(resource -> resource.getName().equals(name))
                .map(Resource::getScalar)
                .mapToDouble(scalar -> scalar.getValue())
                .sum();
        figures.put("slave/" + name + "_total", total);
        figures.put("slave/" + name + "_used", used);
        figures.put("slave/" + name + "_percent", total == 0 ? 0.0 : used / total);
        for (String of : List.of("total", "used", "percent")) {
            // There are no revocable resources, but the same dashboards.
            figures.put("slave/" + name + "_revocable_" + of, 0.0);
        }
    }

    /** {@code slave/tasks_running}. */
    private static String name(TaskState state) {
        return "slave/" + state.name().toLowerCase(Locale.ROOT).replaceFirst("^task", "tasks");
    }
}
