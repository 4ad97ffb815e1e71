package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "tasks", description = "List the tasks.")
final class TasksCommand extends ListCommand<TaskRow> {

    @Option(
            names = {"-a", "--all"},
            description = "Those that have ended or are unreachable, too.")
    private boolean all;

    @Override
    Stream<TaskRow> rows(JsonNode state) {
        return TaskRow.allOf(state).stream().filter(task -> all || task.active());
    }

    @Override
    Listing<TaskRow> table(Listing<TaskRow> rows) {
        return rows.id("ID", TaskRow::id)
                .text("STATE", TaskRow::state)
                .text("FRAMEWORK", TaskRow::frameworkName)
                .text("HOST", TaskRow::hostname)
                .number("CPUS", task -> Amounts.of(task.cpus()))
                .number("MEM MB", task -> Amounts.of(task.memMb()))
                .text("SINCE", task -> Moment.forPeople(task.since()));
    }
}
