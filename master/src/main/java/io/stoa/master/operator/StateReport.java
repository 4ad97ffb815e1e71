package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.http.PiecedBody;
import io.stoa.proto.json.MesosJson;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.v0.BuildFacts;
import io.stoa.v0.V0Writer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.Offer;

/** Prints one snapshot as Mesos' {@code /state}; fields come in Mesos' order. */
final class StateReport {

    private final MasterFacts facts;
    private final ClusterSnapshot snapshot;
    private final SoftState soft;
    private final History history;
    private final PrintedState printed;
    private final List<PrintedState.ShownAgent> agents = new ArrayList<>();
    private final List<Agent> recovered = new ArrayList<>();
    /** Agents that are unreachable. */
    private final Set<AgentId> away;

    StateReport(MasterFacts facts, ClusterSnapshot snapshot, SoftState soft, History history, PrintedState printed) {
        this.facts = facts;
        this.snapshot = snapshot;
        this.soft = soft;
        this.history = history;
        this.printed = printed;
        Collection<Offer> offers = soft.openOffers();
        away = sortAgents(offers.stream()
                .collect(Collectors.groupingBy(
                        offer -> new AgentId(offer.getAgentId().getValue()))));
    }

    /** Looks once at each; returns those that are away. */
    private Set<AgentId> sortAgents(Map<AgentId, List<Offer>> offers) {
        Set<AgentId> unreachable = new HashSet<>();
        for (Agent agent : snapshot.agents()) {
            if (agent.status() == AgentStatus.UNREACHABLE) {
                unreachable.add(agent.id());
            } else if (soft.isRecovered(agent.id())) {
                recovered.add(agent);
            } else {
                agents.add(new PrintedState.ShownAgent(
                        agent, offers.getOrDefault(agent.id(), List.of()), soft.isConnected(agent.id())));
            }
        }
        return Set.copyOf(unreachable);
    }

    PiecedBody print() {
        return JsonParts.print(parts -> {
            JsonGenerator out = parts.out();
            out.writeStartObject();
            writeMaster(out);
            writeAgents(parts);
            writeFrameworks(parts);
            out.writeEndObject();
        });
    }

    private void writeMaster(JsonGenerator out) throws IOException {
        V0Writer values = new V0Writer(out);
        MasterInfo info = facts.info();
        out.writeStringField("version", info.getVersion());
        BuildFacts.write(out);
        values.time("start_time", facts.startedMs());
        values.time("elected_time", facts.electedMs());
        out.writeStringField("id", info.getId());
        out.writeStringField("pid", facts.pid());
        out.writeStringField("hostname", info.getHostname());
        out.writeArrayFieldStart("capabilities");
        for (String capability : facts.capabilities()) {
            out.writeString(capability);
        }
        out.writeEndArray();
        int connected =
                (int) agents.stream().filter(PrintedState.ShownAgent::connected).count();
        values.number("activated_slaves", connected);
        values.number("deactivated_slaves", agents.size() - connected);
        values.number("unreachable_slaves", away.size());
        if (info.hasDomain()) {
            out.writeFieldName("domain");
            MesosJson.write(info.getDomain(), out);
        }
        out.writeStringField("leader", facts.pid());
        out.writeObjectFieldStart("leader_info");
        out.writeStringField("id", info.getId());
        out.writeStringField("pid", facts.pid());
        out.writeNumberField("port", info.getAddress().getPort());
        out.writeStringField("hostname", info.getHostname());
        out.writeEndObject();
        for (String shownTwice : List.of("cluster", "log_dir", "external_log_file")) {
            String value = facts.flags().get(shownTwice);
            if (value != null) {
                out.writeStringField(shownTwice, value);
            }
        }
        out.writeObjectFieldStart("flags");
        for (Map.Entry<String, String> flag : new TreeMap<>(facts.flags()).entrySet()) {
            out.writeStringField(flag.getKey(), flag.getValue());
        }
        out.writeEndObject();
    }

    private void writeAgents(JsonParts parts) throws IOException {
        printed.agents().show(agents);
        parts.array("slaves", printed.agents());
        parts.out().writeArrayFieldStart("recovered_slaves");
        AgentWriter writer = new AgentWriter(parts.out());
        for (Agent agent : recovered) {
            writer.writeRecovered(agent);
        }
        parts.out().writeEndArray();
    }

    private void writeFrameworks(JsonParts parts) throws IOException {
        new FrameworksReport(snapshot, soft, history, printed).writeAll(parts);
        empty("orphan_tasks", parts.out());
        empty("unregistered_frameworks", parts.out());
    }

    private static void empty(String name, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart(name);
        out.writeEndArray();
    }
}
