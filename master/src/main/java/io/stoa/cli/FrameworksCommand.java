package io.stoa.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "frameworks", description = "List the frameworks.")
final class FrameworksCommand implements Runnable {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(
            names = {"-a", "--all"},
            description = "Those that are gone, too.")
    private boolean all;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        List<FrameworkRow> frameworks = FrameworkRow.allOf(cluster.connect().get("/state")).stream()
                .filter(framework -> all || !framework.isCompleted())
                .toList();
        output.print(
                new Listing<>(frameworks)
                        .text("ID", FrameworkRow::id)
                        .text("NAME", FrameworkRow::name)
                        .text("STATE", FrameworkRow::state)
                        .text("ROLES", framework -> String.join(",", framework.roles()))
                        .text("USER", FrameworkRow::user)
                        .number("TASKS", framework -> Integer.toString(framework.tasks()))
                        .number("CPUS", framework -> Amounts.of(framework.cpusUsed()))
                        .number("MEM MB", framework -> Amounts.of(framework.memUsedMb()))
                        .text("REGISTERED", framework -> Moment.forPeople(framework.registered())),
                spec.commandLine().getOut());
    }
}
