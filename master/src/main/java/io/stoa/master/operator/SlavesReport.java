package io.stoa.master.operator;

import io.stoa.http.PiecedBody;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import java.util.List;

/** Prints Mesos' {@code /slaves}: agents with all that there is to say of their resources. */
final class SlavesReport {

    static final PrintedArray.Kind<ShownAgent, Integer> AGENTS =
            ShownAgent.printedBy(JsonParts.elements((shown, out) -> new AgentWriter(out).writeInFull(shown)));

    private SlavesReport() {}

    /** @param printed what is known of agents */
    static PiecedBody all(ClusterView view, PrintedArray<ShownAgent, Integer> printed) {
        printed.show(view.agents());
        return print(printed, view.recovered());
    }

    static PiecedBody one(ClusterView view, AgentId id) {
        PrintedArray<ShownAgent, Integer> printed = new PrintedArray<>(AGENTS);
        printed.show(view.agent(id).stream().toList());
        return print(printed, view.recovered(id).stream().toList());
    }

    private static PiecedBody print(PrintedArray<ShownAgent, Integer> agents, List<Agent> recovered) {
        return JsonParts.print(parts -> {
            parts.out().writeStartObject();
            parts.array("slaves", agents);
            parts.out().writeArrayFieldStart("recovered_slaves");
            AgentWriter writer = new AgentWriter(parts.out());
            for (Agent agent : recovered) {
                writer.writeRecovered(agent);
            }
            parts.out().writeEndArray();
            parts.out().writeEndObject();
        });
    }
}
