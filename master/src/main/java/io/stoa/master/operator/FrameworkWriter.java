package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.mesos.FrameworkRoles;
import io.stoa.mesos.scheduler.Transport;
import io.stoa.proto.json.MesosJson;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.v0.ResourceSums;
import io.stoa.v0.V0Writer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;

/** A framework with its tasks and offers as Mesos' v0 endpoints print it. */
final class FrameworkWriter {

    private final JsonParts parts;
    private final JsonGenerator out;
    private final V0Writer values;

    FrameworkWriter(JsonParts parts) {
        this.parts = parts;
        out = parts.out();
        values = new V0Writer(out);
    }

    /**
     * How a framework stands with the master.
     *
     * @param pid of its process, where it is one over libprocess
     * @param door by which it is connected; empty where it is not
     * @param active whether it wants offers
     * @param unregisteredMs when it went, in ms since the epoch; 0 while it is there
     * @param constraints on its offers
     */
    record Standing(
            Optional<String> pid,
            Optional<Transport> door,
            boolean active,
            boolean connected,
            boolean recovered,
            long unregisteredMs,
            OfferConstraints constraints) {

        static Standing of(FrameworkId id, SoftState soft) {
            return new Standing(
                    soft.pid(id),
                    soft.door(id),
                    soft.isActive(id),
                    soft.isConnected(id),
                    soft.isRecovered(id),
                    0,
                    soft.offerConstraints(id));
        }

        static Standing ofPast(long unregisteredMs) {
            return new Standing(
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    false,
                    false,
                    unregisteredMs,
                    OfferConstraints.getDefaultInstance());
        }
    }

    void write(Framework framework, PrintedCluster.OfFramework<ResourceSums> belongings, Standing standing)
            throws IOException {
        FrameworkInfo info = framework.info();
        ResourceSums used = StateKinds.used(belongings);
        ResourceSums offered = StateKinds.offered(belongings);
        out.writeStartObject();
        out.writeStringField("id", framework.id().value());
        out.writeStringField("name", info.getName());
        if (standing.pid().isPresent()) {
            out.writeStringField("pid", standing.pid().get());
        }
        if (standing.door().filter(Transport.RPC::equals).isPresent()) {
            // Mesos has no such scheduler; what it has keeps Mesos' fields.
            out.writeStringField("stoa_door", "rpc");
        }
        used.write("used_resources", out);
        offered.write("offered_resources", out);
        out.writeArrayFieldStart("capabilities");
        for (FrameworkInfo.Capability capability : info.getCapabilitiesList()) {
            out.writeString(capability.getType().name());
        }
        out.writeEndArray();
        out.writeStringField("hostname", info.getHostname());
        out.writeStringField("webui_url", info.getWebuiUrl());
        out.writeBooleanField("active", standing.active());
        out.writeBooleanField("connected", standing.connected());
        out.writeBooleanField("recovered", standing.recovered());
        out.writeStringField("user", info.getUser());
        values.number("failover_timeout", info.getFailoverTimeout());
        out.writeBooleanField("checkpoint", info.getCheckpoint());
        values.time("registered_time", framework.registeredAtMs());
        values.time("unregistered_time", standing.unregisteredMs());
        if (info.hasPrincipal()) {
            out.writeStringField("principal", info.getPrincipal());
        }
        used.add(offered);
        used.write("resources", out);
        if (framework.reregisteredAtMs() != 0) {
            values.time("reregistered_time", framework.reregisteredAtMs());
        }
        roles(info);
        parts.array("tasks", belongings.tasks());
        parts.array("unreachable_tasks", belongings.unreachableTasks());
        parts.array("completed_tasks", belongings.completedTasks());
        parts.array("offers", belongings.offers());
        parts.array("executors", belongings.executors());
        if (info.hasLabels()) {
            values.labels(info.getLabels().getLabelsList());
        }
        out.writeFieldName("offer_constraints");
        MesosJson.write(standing.constraints(), out);
        out.writeEndObject();
    }

    private void roles(FrameworkInfo info) throws IOException {
        List<String> roles = List.copyOf(FrameworkRoles.of(info));
        boolean multiRole = info.getCapabilitiesList().stream()
                .anyMatch(capability -> capability.getType() == FrameworkInfo.Capability.Type.MULTI_ROLE);
        if (!multiRole) {
            out.writeStringField("role", roles.get(0));
            return;
        }
        out.writeArrayFieldStart("roles");
        for (String role : roles) {
            out.writeString(role);
        }
        out.writeEndArray();
    }
}
