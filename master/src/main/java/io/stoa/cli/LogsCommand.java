package io.stoa.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "logs",
        description = {
            "Print what a task has written.",
            "Output is shown as UTF-8 text. For its bytes, with the IP:PORT and the SANDBOX that 'stoa task ID' shows:",
            "curl 'http://IP:PORT/files/download?path=SANDBOX/stdout'"
        })
final class LogsCommand implements Runnable {

    private static final long POLL_INTERVAL_MS = 500;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private TaskOption which = new TaskOption();

    @Option(names = "--stderr", description = "Its stderr instead of its stdout.")
    private boolean stderr;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until the task has ended.")
    private boolean follow;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        HttpEndpoint master = cluster.connect();
        TaskDetail task = which.find(master);
        Sandbox sandbox = Sandbox.of(task)
                .orElseThrow(() ->
                        new CommandException(ExitCode.NOT_FOUND, "no agent has the sandbox of task " + which.taskId()));
        String file = stderr ? "stderr" : "stdout";
        FileTail tail = new FileTail(
                sandbox, file, new PrefixedLines("", spec.commandLine().getOut()));
        boolean active = task.active();
        boolean found = tail.catchUp();
        while (follow && active) {
            Waiting.ms(POLL_INTERVAL_MS);
            // Asked first, so that the last look comes after the end.
            active = which.find(master).active();
            found = tail.catchUp();
        }
        if (!found) {
            throw new CommandException(
                    ExitCode.NOT_FOUND, sandbox.agent().name() + " has no " + file + " of task " + which.taskId());
        }
    }
}
