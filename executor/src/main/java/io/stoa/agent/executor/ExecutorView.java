package io.stoa.agent.executor;

import io.stoa.agent.sandbox.AgentPaths.Run;
import io.stoa.agent.task.TaskView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;

/**
 * An executor as people see it.
 *
 * @param ofCommand true where it is made by the agent, for one task with a command
 * @param tasks all that are known of it, oldest first
 */
public record ExecutorView(
        Run run,
        FrameworkInfo framework,
        ExecutorInfo info,
        boolean ofCommand,
        List<TaskView> tasks,
        boolean isCompleted) {

    /** Characters of a command in the name of its executor. */
    private static final int MAX_SHOWN = 15;

    public ExecutorView {
        tasks = List.copyOf(tasks);
    }

    /** Of a task with a command, which is its own executor. */
    @SuppressWarnings("deprecation") // Mesos sets and shows an executor's source still.
    public static ExecutorView of(TaskView view) {
        TaskInfo task = view.task();
        String id = view.run().executorId();
        ExecutorInfo.Builder info = ExecutorInfo.newBuilder()
                .setExecutorId(ExecutorID.newBuilder().setValue(id))
                .setFrameworkId(FrameworkID.newBuilder().setValue(view.run().frameworkId()))
                .addAllResources(task.getResourcesList())
                .setName("Command Executor (Task: " + id + ") (Command: " + shown(task.getCommand()) + ")")
                .setSource(id);
        if (task.hasCommand()) {
            info.setCommand(task.getCommand());
        }
        if (task.hasContainer()) {
            info.setContainer(task.getContainer());
        }
        if (task.hasDiscovery()) {
            info.setDiscovery(task.getDiscovery());
        }
        if (task.hasLabels()) {
            info.setLabels(task.getLabels());
        }
        return new ExecutorView(view.run(), view.framework(), info.build(), true, List.of(view), view.isCompleted());
    }

    @SuppressWarnings("deprecation") // Mesos sets and shows an executor's source still.
    public static String source(ExecutorInfo info) {
        return info.getSource();
    }

    /** What tasks say of who runs them: nothing where the agent does. */
    public Optional<String> idInTasks() {
        return ofCommand ? Optional.empty() : Optional.of(run.executorId());
    }

    /** What it holds: its own, and what its tasks have that are not over. */
    public List<Resource> resources() {
        Stream<Resource> ofTasks = tasks.stream()
                .filter(task -> ofCommand || !task.isCompleted())
                .flatMap(task -> task.task().getResourcesList().stream());
        return Stream.concat(ofCommand ? Stream.empty() : info.getResourcesList().stream(), ofTasks)
                .toList();
    }

    /** All that it holds is allocated to one role. */
    public String role() {
        return resources().stream()
                .findFirst()
                .map(resource -> resource.getAllocationInfo().getRole())
                .orElse("");
    }

    /** The beginning of a command, as Mesos names an executor after it. */
    private static String shown(CommandInfo command) {
        if (!command.hasValue()) {
            return command.getShell() ? "NO COMMAND" : "NO EXECUTABLE";
        }
        if (!command.getShell()) {
            List<String> words = new ArrayList<>(List.of(command.getValue()));
            words.addAll(command.getArgumentsList());
            return "[" + begin(String.join(", ", words)) + "]";
        }
        return "sh -c '" + begin(command.getValue()) + "'";
    }

    private static String begin(String text) {
        return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN - 3) + "..." : text;
    }
}
