package io.stoa.agent.docker;

import io.stoa.agent.container.LaunchedTask;
import io.stoa.agent.container.WaitStatus;
import java.nio.file.Path;
import org.apache.mesos.v1.Protos.CommandInfo;

/** A task in a container, beside which a test runs commands, and the engine that it is in. */
record RunningTask(DockerFixture docker, LaunchedTask task) implements AutoCloseable {

    static RunningTask of(Path directory, String command) throws Exception {
        DockerFixture docker = new DockerFixture();
        LaunchedTask task = docker.launch(directory, command);
        task.awaitRunning();
        return new RunningTask(docker, task);
    }

    static CommandInfo shell(String command) {
        return CommandInfo.newBuilder().setValue(command).build();
    }

    /** How a command ends that is run beside it. */
    WaitStatus run(CommandInfo command) throws Exception {
        return task.execute(command).get();
    }

    boolean succeeds(String command) throws Exception {
        return run(shell(command)).succeeded();
    }

    @Override
    public void close() throws Exception {
        try {
            task.killAndWait(0);
        } finally {
            docker.close();
        }
    }
}
