package io.stoa.agent.container;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.Value;

/**
 * What a container is to run, and with what: a task's command, an executor, or what an operator asked for.
 *
 * @param name the task's or the executor's id, for people
 * @param command empty where the image says it
 * @param container the image, volumes, networks; empty: none of them
 * @param resources what it is to have
 * @param limits what it may take of a resource, by its name, where that is not what it is to have
 * @param io where its input comes from and its output goes to
 */
public record Workload(
        String name,
        Optional<CommandInfo> command,
        Optional<ContainerInfo> container,
        List<Resource> resources,
        Map<String, Value.Scalar> limits,
        StandardIo io) {

    /** With the input and output that its container info asks for. */
    public Workload(
            String name,
            Optional<CommandInfo> command,
            Optional<ContainerInfo> container,
            List<Resource> resources,
            Map<String, Value.Scalar> limits) {
        this(name, command, container, resources, limits, StandardIo.of(container));
    }

    public Workload {
        resources = List.copyOf(resources);
        limits = Map.copyOf(limits);
    }

    public static Workload of(TaskInfo task) {
        return new Workload(
                task.getTaskId().getValue(),
                task.hasCommand() ? Optional.of(task.getCommand()) : Optional.empty(),
                task.hasContainer() ? Optional.of(task.getContainer()) : Optional.empty(),
                task.getResourcesList(),
                task.getLimitsMap());
    }

    /** @param limits of it and all its tasks */
    public static Workload of(ExecutorInfo executor, Map<String, Value.Scalar> limits) {
        return new Workload(
                executor.getExecutorId().getValue(),
                executor.hasCommand() ? Optional.of(executor.getCommand()) : Optional.empty(),
                executor.hasContainer() ? Optional.of(executor.getContainer()) : Optional.empty(),
                executor.getResourcesList(),
                limits);
    }

    /** What is to be fetched before it starts. */
    public List<CommandInfo.URI> uris() {
        return command.map(CommandInfo::getUrisList).orElse(List.of());
    }

    /** Whether it needs no file system but the host's, or that of what it is nested in. */
    public boolean bringsNoImage() {
        return container
                .map(info -> info.getType() == ContainerInfo.Type.MESOS
                        && !info.getMesos().hasImage())
                .orElse(true);
    }

    /** Whether, being nested, it has no limits of its own but its parent's. */
    public boolean sharesLimits() {
        return container.map(info -> info.getLinuxInfo().getShareCgroups()).orElse(true);
    }

    /** The sum of a resource that is a number: {@code cpus}, {@code mem} in MB. */
    public double scalar(String resource) {
        return resources.stream()
                .filter(candidate -> candidate.getName().equals(resource))
                .mapToDouble(candidate -> candidate.getScalar().getValue())
                .sum();
    }
}
