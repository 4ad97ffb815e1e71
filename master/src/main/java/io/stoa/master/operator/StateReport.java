package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.stoa.proto.json.MesosJson;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
    private final Map<AgentId, List<Offer>> offersByAgent;
    private final Map<FrameworkId, List<Offer>> offersByFramework;

    StateReport(MasterFacts facts, ClusterSnapshot snapshot, SoftState soft, History history) {
        this.facts = facts;
        this.snapshot = snapshot;
        this.soft = soft;
        this.history = history;
        Collection<Offer> offers = soft.openOffers();
        offersByAgent = offers.stream()
                .collect(Collectors.groupingBy(
                        offer -> new AgentId(offer.getAgentId().getValue())));
        offersByFramework = offers.stream()
                .collect(Collectors.groupingBy(
                        offer -> new FrameworkId(offer.getFrameworkId().getValue())));
    }

    byte[] print() {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder()) {
            try (JsonGenerator out = MesosJson.generator(bytes)) {
                out.writeStartObject();
                writeMaster(out);
                writeAgents(out);
                writeFrameworks(out);
                out.writeEndObject();
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("printing into memory", e);
        }
    }

    private void writeMaster(JsonGenerator out) throws IOException {
        V0Writer values = new V0Writer(out);
        MasterInfo info = facts.info();
        double unreachable = snapshot.agents().stream()
                .filter(agent -> agent.status() == AgentStatus.UNREACHABLE)
                .count();
        double active = snapshot.agents().stream()
                .filter(agent -> agent.status() == AgentStatus.REGISTERED && soft.isConnected(agent.id()))
                .count();
        out.writeStringField("version", info.getVersion());
        values.time("start_time", facts.startedMs());
        values.time("elected_time", facts.electedMs());
        out.writeStringField("id", info.getId());
        out.writeStringField("pid", facts.pid());
        out.writeStringField("hostname", info.getHostname());
        out.writeArrayFieldStart("capabilities");
        for (MasterInfo.Capability capability : info.getCapabilitiesList()) {
            out.writeString(capability.getType().name());
        }
        out.writeEndArray();
        values.number("activated_slaves", active);
        values.number("deactivated_slaves", snapshot.agents().size() - active - unreachable);
        values.number("unreachable_slaves", unreachable);
        String cluster = facts.flags().get("cluster");
        if (cluster != null) {
            out.writeStringField("cluster", cluster);
        }
        out.writeStringField("leader", facts.pid());
        out.writeObjectFieldStart("leader_info");
        out.writeStringField("id", info.getId());
        out.writeStringField("pid", facts.pid());
        out.writeNumberField("port", info.getAddress().getPort());
        out.writeStringField("hostname", info.getHostname());
        out.writeEndObject();
        out.writeObjectFieldStart("flags");
        for (Map.Entry<String, String> flag : new TreeMap<>(facts.flags()).entrySet()) {
            out.writeStringField(flag.getKey(), flag.getValue());
        }
        out.writeEndObject();
    }

    private void writeAgents(JsonGenerator out) throws IOException {
        AgentWriter writer = new AgentWriter(out);
        out.writeArrayFieldStart("slaves");
        for (Agent agent : snapshot.agents()) {
            if (agent.status() == AgentStatus.REGISTERED) {
                writer.write(agent, offersByAgent.getOrDefault(agent.id(), List.of()), soft.isConnected(agent.id()));
            }
        }
        out.writeEndArray();
        empty("recovered_slaves", out);
    }

    private void writeFrameworks(JsonGenerator out) throws IOException {
        FrameworkWriter writer = new FrameworkWriter(out);
        out.writeArrayFieldStart("frameworks");
        for (Framework framework : snapshot.frameworks()) {
            Map<Boolean, List<Task>> tasks =
                    snapshot.tasksOf(framework.id()).stream().collect(Collectors.partitioningBy(this::isReachable));
            writer.write(
                    framework,
                    new FrameworkWriter.Belongings(
                            tasks.getOrDefault(true, List.of()),
                            tasks.getOrDefault(false, List.of()),
                            history.tasksOf(framework.id()),
                            offersByFramework.getOrDefault(framework.id(), List.of())),
                    soft.isConnected(framework.id()));
        }
        out.writeEndArray();
        out.writeArrayFieldStart("completed_frameworks");
        for (Framework framework : history.frameworks()) {
            writer.write(
                    framework,
                    new FrameworkWriter.Belongings(List.of(), List.of(), history.tasksOf(framework.id()), List.of()),
                    false);
        }
        out.writeEndArray();
        empty("orphan_tasks", out);
        empty("unregistered_frameworks", out);
    }

    private boolean isReachable(Task task) {
        return snapshot.agent(task.agentId())
                .filter(agent -> agent.status() == AgentStatus.REGISTERED)
                .isPresent();
    }

    private static void empty(String name, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart(name);
        out.writeEndArray();
    }
}
