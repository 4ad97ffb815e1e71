package io.stoa.examples;

import io.stoa.client.resources.Demand;
import io.stoa.client.resources.Resources;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.Environment;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.Labels;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;

/**
 * What is run, and what it needs.
 *
 * @param command a line for the shell; empty: what the image says
 * @param image of Docker; empty: a process on the host
 */
public record Program(Optional<String> command, Optional<String> image, double cpus, double memMb) {

    /** In its environment: its number among those that are alike. */
    private static final String NUMBER = "NUMBER";

    /** More than any host has; what JSON cannot hold is infinite. */
    private static final double MAX_AMOUNT = 1e9;

    public Program {
        if (command.isEmpty() && image.isEmpty()) {
            throw new IllegalArgumentException("command, image: none (expected: one of them, or both)");
        }
        requireAmount("cpus", cpus);
        requireAmount("memMb", memMb);
    }

    private static void requireAmount(String name, double amount) {
        if (!(amount > 0)) {
            throw new IllegalArgumentException(name + ": " + amount + " (expected: > 0)");
        }
        if (amount > MAX_AMOUNT) {
            throw new IllegalArgumentException(name + ": " + amount + " (expected: at most " + MAX_AMOUNT + ")");
        }
    }

    public Demand demand() {
        return Demand.of(cpus, memMb);
    }

    /**
     * The task of Mesos that runs it.
     *
     * @param resources those of the agent that were chosen for it
     * @param labels what is to be known of it by whoever sees the task
     */
    public TaskInfo task(WorkId id, String agentId, Resources resources, Map<String, String> labels) {
        TaskInfo.Builder task = TaskInfo.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(id.toString()))
                .setName(id.name())
                .setAgentId(AgentID.newBuilder().setValue(agentId))
                .addAllResources(resources.toProto())
                .setCommand(command(id));
        image.ifPresent(name -> task.setContainer(ContainerInfo.newBuilder()
                .setType(ContainerInfo.Type.DOCKER)
                .setDocker(ContainerInfo.DockerInfo.newBuilder().setImage(name))));
        if (!labels.isEmpty()) {
            Labels.Builder all = Labels.newBuilder();
            labels.forEach(
                    (key, value) -> all.addLabels(Label.newBuilder().setKey(key).setValue(value)));
            task.setLabels(all);
        }
        return task.build();
    }

    private CommandInfo command(WorkId id) {
        CommandInfo.Builder built = CommandInfo.newBuilder()
                .setShell(command.isPresent())
                .setEnvironment(Environment.newBuilder()
                        .addVariables(Environment.Variable.newBuilder()
                                .setName(NUMBER)
                                .setValue(Integer.toString(id.number()))));
        command.ifPresent(built::setValue);
        return built.build();
    }
}
