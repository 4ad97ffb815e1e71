package io.stoa.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "tasks", description = "List the tasks.")
final class TasksCommand implements Runnable {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(
            names = {"-a", "--all"},
            description = "Those that have ended or are unreachable, too.")
    private boolean all;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        List<TaskRow> tasks = TaskRow.allOf(cluster.connect().get("/state")).stream()
                .filter(task -> all || task.active())
                .toList();
        output.print(
                new Listing<>(tasks)
                        .text("ID", TaskRow::id)
                        .text("STATE", TaskRow::state)
                        .text("FRAMEWORK", TaskRow::frameworkName)
                        .text("HOST", TaskRow::hostname)
                        .number("CPUS", task -> Amounts.of(task.cpus()))
                        .number("MEM MB", task -> Amounts.of(task.memMb()))
                        .text("SINCE", task -> Moment.forPeople(task.since())),
                spec.commandLine().getOut());
    }
}
