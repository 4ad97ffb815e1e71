package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

@Command(
        name = "agents",
        description = "List the agents with what they have and what is in use.",
        subcommands = {
            ActivationCommand.Drain.class,
            ActivationCommand.Deactivate.class,
            ActivationCommand.Reactivate.class
        })
final class AgentsCommand extends ListCommand<AgentRow> {

    @Override
    Stream<AgentRow> rows(JsonNode state) {
        return AgentRow.allOf(state).stream();
    }

    @Override
    Listing<AgentRow> table(Listing<AgentRow> rows) {
        return rows.id("ID", AgentRow::id)
                .text("HOST", AgentRow::hostname)
                .id("ADDRESS", AgentRow::address)
                .text("STATE", AgentRow::state)
                .number("CPUS", agent -> Amounts.used(agent.cpusUsed(), agent.cpus()))
                .number("MEM MB", agent -> Amounts.used(agent.memUsedMb(), agent.memMb()))
                .number("DISK MB", agent -> Amounts.used(agent.diskUsedMb(), agent.diskMb()))
                .text("REGISTERED", agent -> Moment.forPeople(agent.registered()));
    }
}
