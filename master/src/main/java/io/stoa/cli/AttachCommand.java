package io.stoa.cli;

import java.util.Optional;
import org.apache.mesos.v1.agent.Protos.Call;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "attach",
        description = {
            "Show what a task writes from now on, until it ends. Ctrl-C leaves it alone.",
            "For tasks with a terminal (tty_info), and for Docker tasks: their output, and their input where they have",
            "tty_info or 'interactive'. 'stoa logs --follow' shows what others write."
        })
final class AttachCommand implements Runnable {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private TaskOption which = new TaskOption();

    @Option(
            names = {"-i", "--interactive"},
            description = "Give it what is typed, Ctrl-C too.")
    private boolean interactive;

    @Override
    public void run() {
        TaskContainer task = TaskContainer.of(which.find(cluster.connect()));
        var output = task.stream(Call.newBuilder()
                .setType(Call.Type.ATTACH_CONTAINER_OUTPUT)
                .setAttachContainerOutput(
                        Call.AttachContainerOutput.newBuilder().setContainerId(task.id()))
                .build());
        ContainerTalk talk = new ContainerTalk(task, output, System.out, System.err);
        Optional<RawTerminal> terminal = interactive ? Optional.of(RawTerminal.open("-i")) : Optional.empty();
        try {
            if (interactive) {
                talk.listen(task.id(), Optional.of(System.in), terminal);
            }
            talk.show();
        } finally {
            terminal.ifPresent(RawTerminal::close);
        }
    }
}
