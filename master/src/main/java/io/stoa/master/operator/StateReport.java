package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.http.PiecedBody;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.v0.BuildFacts;
import io.stoa.v0.V0Writer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
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
    private final Map<AgentId, List<Offer>> offersByAgent;
    private final Map<FrameworkId, List<Offer>> offersByFramework;

    StateReport(MasterFacts facts, ClusterSnapshot snapshot, SoftState soft, History history, PrintedState printed) {
        this.facts = facts;
        this.snapshot = snapshot;
        this.soft = soft;
        this.history = history;
        this.printed = printed;
        Collection<Offer> offers = soft.openOffers();
        offersByAgent = offers.stream()
                .collect(Collectors.groupingBy(
                        offer -> new AgentId(offer.getAgentId().getValue())));
        offersByFramework = offers.stream()
                .collect(Collectors.groupingBy(
                        offer -> new FrameworkId(offer.getFrameworkId().getValue())));
    }

    PiecedBody print() {
        printed.begin();
        PiecedBody body = JsonParts.print(parts -> {
            JsonGenerator out = parts.out();
            out.writeStartObject();
            writeMaster(out);
            writeAgents(parts);
            writeFrameworks(parts);
            out.writeEndObject();
        });
        printed.end();
        return body;
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
        AgentCounts counts = AgentCounts.of(snapshot, soft);
        values.number("activated_slaves", counts.active());
        values.number("deactivated_slaves", counts.inactive());
        values.number("unreachable_slaves", counts.unreachable());
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
        List<byte[]> agents = new ArrayList<>(snapshot.agents().size());
        List<Agent> recovered = new ArrayList<>();
        for (Agent agent : snapshot.agents()) {
            if (soft.isRecovered(agent.id())) {
                recovered.add(agent);
            } else if (agent.status() == AgentStatus.REGISTERED) {
                List<Offer> offers = offersByAgent.getOrDefault(agent.id(), List.of());
                agents.add(printed.of(agent, offers, soft.isConnected(agent.id())));
            }
        }
        parts.array("slaves", agents.iterator());
        parts.out().writeArrayFieldStart("recovered_slaves");
        AgentWriter writer = new AgentWriter(parts.out());
        for (Agent agent : recovered) {
            writer.writeRecovered(agent);
        }
        parts.out().writeEndArray();
    }

    private void writeFrameworks(JsonParts parts) throws IOException {
        Set<AgentId> away = snapshot.agents().stream()
                .filter(agent -> agent.status() == AgentStatus.UNREACHABLE)
                .map(Agent::id)
                .collect(Collectors.toSet());
        FrameworkWriter writer = new FrameworkWriter(parts, printed);
        JsonGenerator out = parts.out();
        out.writeArrayFieldStart("frameworks");
        for (Framework framework : snapshot.frameworks()) {
            FrameworkId id = framework.id();
            writer.write(
                    framework,
                    belongings(id, away),
                    new FrameworkWriter.Standing(soft.isConnected(id), soft.isRecovered(id), 0));
        }
        out.writeEndArray();
        out.writeArrayFieldStart("completed_frameworks");
        for (History.PastFramework past : history.frameworks()) {
            writer.write(
                    past.framework(),
                    Belongings.ofPast(history.tasksOf(past.framework().id())),
                    new FrameworkWriter.Standing(false, false, past.removedMs()));
        }
        out.writeEndArray();
        empty("orphan_tasks", out);
        empty("unregistered_frameworks", out);
    }

    /** @param away agents that are unreachable */
    private Belongings belongings(FrameworkId id, Set<AgentId> away) {
        List<Task> tasks = new ArrayList<>(snapshot.tasksOf(id).size());
        List<Task> unreachable = new ArrayList<>();
        for (Task task : snapshot.tasksOf(id)) {
            (away.contains(task.agentId()) ? unreachable : tasks).add(task);
        }
        return new Belongings(
                tasks,
                unreachable,
                history.tasksOf(id),
                offersByFramework.getOrDefault(id, List.of()),
                snapshot.executorsOf(id).stream()
                        .filter(executor -> !away.contains(executor.key().agentId()))
                        .toList());
    }

    private static void empty(String name, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart(name);
        out.writeEndArray();
    }
}
