package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "frameworks",
        description = "List the frameworks, and the schedulers that claim by themselves over RPC.")
final class FrameworksCommand extends ListCommand<FrameworkRow> {

    @Option(
            names = {"-a", "--all"},
            description = "Those that are gone, too.")
    private boolean all;

    @Override
    Stream<FrameworkRow> rows(JsonNode state) {
        return FrameworkRow.allOf(state).stream().filter(framework -> all || !framework.isCompleted());
    }

    @Override
    Listing<FrameworkRow> table(Listing<FrameworkRow> rows) {
        return rows.id("ID", FrameworkRow::id)
                .text("NAME", FrameworkRow::name)
                .text("STATE", FrameworkRow::state)
                .text("DOOR", FrameworkRow::door)
                .text("ROLES", framework -> String.join(",", framework.roles()))
                .text("USER", FrameworkRow::user)
                .number("TASKS", framework -> Integer.toString(framework.tasks()))
                .number("CPUS", framework -> Amounts.of(framework.cpusUsed()))
                .number("MEM MB", framework -> Amounts.of(framework.memUsedMb()))
                .text("REGISTERED", framework -> Moment.forPeople(framework.registered()));
    }
}
