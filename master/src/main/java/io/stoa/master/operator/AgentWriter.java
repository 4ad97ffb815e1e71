package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.state.model.Agent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;

/** An agent as Mesos' v0 endpoints print it. */
final class AgentWriter {

    private final JsonGenerator out;
    private final V0Writer values;

    AgentWriter(JsonGenerator out) {
        this.out = out;
        values = new V0Writer(out);
    }

    /** @param offers the open ones of this agent */
    void write(Agent agent, List<Offer> offers, boolean connected) throws IOException {
        List<Resource> total = agent.total().toProto();
        out.writeStartObject();
        out.writeStringField("id", agent.id().value());
        out.writeStringField("hostname", agent.info().getHostname());
        out.writeNumberField("port", agent.port());
        values.attributes(agent.info().getAttributesList());
        out.writeStringField("pid", "slave(1)@" + agent.ip() + ":" + agent.port());
        values.time("registered_time", agent.registeredAtMs());
        if (agent.reregisteredAtMs() != 0) {
            values.time("reregistered_time", agent.reregisteredAtMs());
        }
        values.resources("resources", total);
        values.resources("used_resources", agent.claimed().toProto());
        values.resources("offered_resources", resourcesOf(offers));
        reserved(total);
        values.resources(
                "unreserved_resources",
                total.stream()
                        .filter(resource -> resource.getReservationsCount() == 0)
                        .toList());
        out.writeBooleanField("active", connected);
        out.writeBooleanField("deactivated", false);
        out.writeStringField("version", agent.mesosVersion());
        out.writeArrayFieldStart("capabilities");
        for (AgentInfo.Capability capability : agent.capabilities()) {
            out.writeString(capability.getType().name());
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    static List<Resource> resourcesOf(List<Offer> offers) {
        return offers.stream()
                .flatMap(offer -> offer.getResourcesList().stream())
                .toList();
    }

    private void reserved(List<Resource> total) throws IOException {
        Map<String, List<Resource>> byRole = new TreeMap<>();
        for (Resource resource : total) {
            int last = resource.getReservationsCount() - 1;
            if (last >= 0) {
                byRole.computeIfAbsent(resource.getReservations(last).getRole(), role -> new ArrayList<>())
                        .add(resource);
            }
        }
        out.writeObjectFieldStart("reserved_resources");
        for (Map.Entry<String, List<Resource>> role : byRole.entrySet()) {
            values.resources(role.getKey(), role.getValue());
        }
        out.writeEndObject();
    }
}
