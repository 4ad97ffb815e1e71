package io.stoa.cli;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.TTYInfo;
import org.apache.mesos.v1.agent.Protos.Call;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "exec",
        description = {
            "Run a command beside a task, in its container: as its user, in its sandbox, with its environment.",
            "The exit status is that of the command, or 128 and the number of the signal that ended it. Ctrl-C ends the",
            "command; with -t it is typed to it."
        })
final class ExecCommand implements Callable<Integer> {

    private static final int SIGNALLED = 128;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private TaskOption which = new TaskOption();

    @Option(
            names = {"-i", "--interactive"},
            description = "Give it what is typed; otherwise its stdin is empty.")
    private boolean interactive;

    @Option(
            names = {"-t", "--tty"},
            description = "Give it a terminal, of the size of this one.")
    private boolean tty;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "Behind '--': the command.")
    private List<String> command = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        TaskContainer task = TaskContainer.of(which.find(cluster.connect()));
        ContainerID id = task.child("exec-" + UUID.randomUUID());
        Optional<RawTerminal> terminal = tty ? Optional.of(RawTerminal.open("-t")) : Optional.empty();
        try {
            ContainerTalk talk = new ContainerTalk(task, task.stream(launch(id, terminal)), System.out, System.err);
            talk.listen(id, interactive ? Optional.of(System.in) : Optional.empty(), terminal);
            talk.show();
        } finally {
            terminal.ifPresent(RawTerminal::close);
        }
        return exitStatus(task, id);
    }

    private Call launch(ContainerID id, Optional<RawTerminal> terminal) {
        Call.LaunchNestedContainerSession.Builder launch = Call.LaunchNestedContainerSession.newBuilder()
                .setContainerId(id)
                .setCommand(CommandInfo.newBuilder()
                        .setShell(false)
                        .setValue(command.get(0))
                        .addAllArguments(command));
        if (terminal.isPresent()) {
            TTYInfo.Builder info = TTYInfo.newBuilder();
            terminal.get().size().ifPresent(info::setWindowSize);
            launch.setContainer(
                    ContainerInfo.newBuilder().setType(ContainerInfo.Type.MESOS).setTtyInfo(info));
        }
        return Call.newBuilder()
                .setType(Call.Type.LAUNCH_NESTED_CONTAINER_SESSION)
                .setLaunchNestedContainerSession(launch)
                .build();
    }

    private int exitStatus(TaskContainer task, ContainerID id) {
        var end = task.call(Call.newBuilder()
                        .setType(Call.Type.WAIT_CONTAINER)
                        .setWaitContainer(Call.WaitContainer.newBuilder().setContainerId(id))
                        .build())
                .getWaitContainer();
        if (!end.hasExitStatus()) {
            throw new CommandException(
                    ExitCode.FAILED,
                    end.getMessage().isEmpty() ? "the command ended, nobody knows how" : end.getMessage());
        }
        if (end.hasReason()) {
            String message = end.getMessage().lines().findFirst().orElse("");
            Terminal.tell(spec.commandLine().getErr(), message);
        }
        int status = end.getExitStatus();
        int signal = status & 0x7f;
        return signal == 0 ? status >> 8 & 0xff : SIGNALLED + signal;
    }
}
