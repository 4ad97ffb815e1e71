package io.stoa.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "agents", description = "List the agents with what they have and what is in use.")
final class AgentsCommand implements Runnable {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        Listing<AgentRow> agents = new Listing<>(
                        AgentRow.allOf(cluster.connect().get("/state")))
                .text("ID", AgentRow::id)
                .text("HOST", AgentRow::hostname)
                .text("ADDRESS", AgentRow::address)
                .text("STATE", AgentRow::state)
                .number("CPUS", agent -> Amounts.used(agent.cpusUsed(), agent.cpus()))
                .number("MEM MB", agent -> Amounts.used(agent.memUsedMb(), agent.memMb()))
                .number("DISK MB", agent -> Amounts.used(agent.diskUsedMb(), agent.diskMb()))
                .text("REGISTERED", agent -> Moment.forPeople(agent.registered()));
        output.print(agents, spec.commandLine().getOut());
    }
}
