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
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;

/** Prints Mesos' {@code /state-summary}: agents and frameworks with the numbers of their tasks. */
final class StateSummary {

    private final MasterFacts facts;
    private final ClusterSnapshot snapshot;
    private final SoftState soft;
    private final BelongingsFinder belongings;
    private final Map<AgentId, TaskCounts> byAgent = new HashMap<>();
    private final Map<FrameworkId, TaskCounts> byFramework = new HashMap<>();

    StateSummary(MasterFacts facts, ClusterSnapshot snapshot, SoftState soft, History history) {
        this.facts = facts;
        this.snapshot = snapshot;
        this.soft = soft;
        belongings = new BelongingsFinder(snapshot, soft, history);
        snapshot.tasks().forEach(this::count);
        for (Framework framework : snapshot.frameworks()) {
            history.tasksOf(framework.id()).forEach(this::count);
        }
    }

    private void count(Task task) {
        AgentId agentId = task.agentId();
        FrameworkId frameworkId = task.key().frameworkId();
        byAgent.computeIfAbsent(agentId, any -> new TaskCounts()).add(task.state(), frameworkId.value());
        byFramework.computeIfAbsent(frameworkId, any -> new TaskCounts()).add(task.state(), agentId.value());
    }

    /** What an agent's text depends on beside the agent itself. */
    record Beside(List<Offer> offers, boolean connected, TaskCounts counts) {}

    PiecedBody print(PrintedBeside<Agent, Beside> printed) {
        List<byte[]> agents = agents(printed);
        return JsonParts.print(parts -> {
            JsonGenerator out = parts.out();
            out.writeStartObject();
            out.writeStringField("hostname", facts.info().getHostname());
            String cluster = facts.flags().get("cluster");
            if (cluster != null) {
                out.writeStringField("cluster", cluster);
            }
            parts.array("slaves", agents);
            out.writeArrayFieldStart("frameworks");
            for (Framework framework : snapshot.frameworks()) {
                write(framework, out);
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    private List<byte[]> agents(PrintedBeside<Agent, Beside> printed) {
        Map<AgentId, List<Offer>> offers = soft.openOffers().stream()
                .collect(Collectors.groupingBy(
                        offer -> new AgentId(offer.getAgentId().getValue())));
        List<byte[]> agents = new ArrayList<>();
        for (Agent agent : snapshot.agents()) {
            AgentId id = agent.id();
            if (agent.status() == AgentStatus.REGISTERED && !soft.isRecovered(id)) {
                Beside beside = new Beside(
                        offers.getOrDefault(id, List.of()),
                        soft.isConnected(id),
                        byAgent.getOrDefault(id, TaskCounts.NONE));
                agents.add(printed.of(agent, beside, () -> JsonParts.element(out -> write(agent, beside, out))));
            }
        }
        return agents;
    }

    private static void write(Agent agent, Beside beside, JsonGenerator out) throws IOException {
        out.writeStartObject();
        new AgentWriter(out).writeFields(agent, beside.offers(), beside.connected());
        beside.counts().write("framework_ids", out);
        out.writeEndObject();
    }

    private void write(Framework framework, JsonGenerator out) throws IOException {
        FrameworkId id = framework.id();
        FrameworkInfo info = framework.info();
        Belongings own = belongings.of(id);
        out.writeStartObject();
        out.writeStringField("id", id.value());
        out.writeStringField("name", info.getName());
        own.used().write("used_resources", out);
        own.offered().write("offered_resources", out);
        out.writeArrayFieldStart("capabilities");
        for (FrameworkInfo.Capability capability : info.getCapabilitiesList()) {
            out.writeString(capability.getType().name());
        }
        out.writeEndArray();
        out.writeStringField("hostname", info.getHostname());
        out.writeStringField("webui_url", info.getWebuiUrl());
        out.writeBooleanField("active", soft.isConnected(id));
        out.writeBooleanField("connected", soft.isConnected(id));
        out.writeBooleanField("recovered", soft.isRecovered(id));
        byFramework.getOrDefault(id, TaskCounts.NONE).write("slave_ids", out);
        out.writeEndObject();
    }
}
