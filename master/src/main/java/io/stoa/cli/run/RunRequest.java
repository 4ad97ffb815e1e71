package io.stoa.cli.run;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.Environment;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.Value;

/**
 * What is to be run.
 *
 * @param name of the framework and of each task
 * @param idPrefix what the ids of its tasks begin with, unique among all runs
 * @param count how many tasks of it, at least 1
 * @param cpus each task's, more than 0
 * @param memMb each task's, more than 0
 * @param dockerImage the image to run it in; empty: on the host itself
 * @param environment variables to add
 * @param command one word: a line for the shell; several: a program and its arguments
 */
public record RunRequest(
        String name,
        String idPrefix,
        int count,
        double cpus,
        double memMb,
        Optional<String> dockerImage,
        Map<String, String> environment,
        List<String> command) {

    public RunRequest {
        environment = Map.copyOf(environment);
        command = List.copyOf(command);
    }

    /** @param index from 0 */
    String taskId(int index) {
        return count == 1 ? idPrefix : idPrefix + "-" + (index + 1);
    }

    TaskInfo task(int index, AgentID agentId) {
        TaskInfo.Builder task = TaskInfo.newBuilder()
                .setName(name)
                .setTaskId(TaskID.newBuilder().setValue(taskId(index)))
                .setAgentId(agentId)
                .addResources(scalar("cpus", cpus))
                .addResources(scalar("mem", memMb))
                .setCommand(commandInfo());
        dockerImage.ifPresent(image -> task.setContainer(ContainerInfo.newBuilder()
                .setType(ContainerInfo.Type.DOCKER)
                .setDocker(ContainerInfo.DockerInfo.newBuilder().setImage(image))));
        return task.build();
    }

    private CommandInfo commandInfo() {
        CommandInfo.Builder info = CommandInfo.newBuilder();
        if (command.size() == 1) {
            info.setShell(true).setValue(command.get(0));
        } else if (command.isEmpty()) {
            info.setShell(false);
        } else {
            // On the host the arguments begin with the program's own name, in a Docker container they do not.
            info.setShell(false)
                    .setValue(command.get(0))
                    .addAllArguments(dockerImage.isPresent() ? command.subList(1, command.size()) : command);
        }
        Environment.Builder variables = Environment.newBuilder();
        environment.forEach((key, value) -> variables.addVariables(
                Environment.Variable.newBuilder().setName(key).setValue(value)));
        return info.setEnvironment(variables).build();
    }

    private static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .build();
    }
}
