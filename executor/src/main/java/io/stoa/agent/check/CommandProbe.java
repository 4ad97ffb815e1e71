package io.stoa.agent.check;

import io.stoa.agent.container.Containerizer.Container;
import io.stoa.agent.container.WaitStatus;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.CheckInfo;
import org.apache.mesos.v1.Protos.CheckStatusInfo;
import org.apache.mesos.v1.Protos.CommandInfo;

/** Runs a command in the container. */
record CommandProbe(Container container, CommandInfo command) implements Probe {

    @Override
    public String name() {
        return "Command";
    }

    @Override
    public CompletableFuture<Outcome> attempt(Runnable begun) {
        CompletableFuture<Outcome> result = new CompletableFuture<>();
        CompletableFuture<WaitStatus> running = container.execute(command, begun);
        running.whenComplete((status, failure) -> result.complete(
                failure == null ? outcome(status) : new Outcome.NoNews("Command not run: " + failure.getMessage())));
        result.whenComplete((outcome, failure) -> running.cancel(true));
        return result;
    }

    private static Outcome outcome(WaitStatus status) {
        if (status.exitCode().isEmpty()) {
            return new Outcome.Failure("Command " + status.words());
        }
        return new Outcome.Answer(CheckStatusInfo.newBuilder()
                .setType(CheckInfo.Type.COMMAND)
                .setCommand(CheckStatusInfo.Command.newBuilder()
                        .setExitCode(status.exitCode().getAsInt()))
                .build());
    }
}
