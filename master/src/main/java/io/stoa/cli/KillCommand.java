package io.stoa.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "kill",
        description = "End a task, as if its framework had asked for it. The framework learns it by TASK_KILLED.")
final class KillCommand implements Runnable {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private TaskOption which = new TaskOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        HttpEndpoint master = cluster.connect();
        TaskDetail task = which.find(master);
        if (!task.active()) {
            throw new CommandException(ExitCode.FAILED, "task " + task.id() + " has ended already: " + task.state());
        }
        master.post("/stoa/kill?id=" + encoded(task.id()) + "&framework=" + encoded(task.frameworkId()));
        Terminal.tell(spec.commandLine().getErr(), "told " + task.hostname() + " to end " + task.id());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
