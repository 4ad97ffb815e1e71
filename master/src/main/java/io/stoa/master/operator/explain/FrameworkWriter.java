package io.stoa.master.operator.explain;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.master.operator.SoftState;
import io.stoa.master.operator.explain.Subject.OfFramework;
import io.stoa.mesos.FrameworkRoles;
import io.stoa.mesos.offer.OfferExplanation;
import io.stoa.mesos.offer.OfferExplanation.Example;
import io.stoa.mesos.offer.OfferExplanation.Holder;
import io.stoa.mesos.offer.OfferExplanation.InRole;
import io.stoa.mesos.offer.OfferExplanation.OnAgents;
import io.stoa.mesos.offer.OfferExplanation.QuotaUse;
import io.stoa.mesos.scheduler.Transport;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.resources.ResourceQuantities;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.mesos.v1.Protos.TaskState;

/** Writes why a framework has the offers that it has. */
final class FrameworkWriter {

    private final JsonGenerator out;
    private final ClusterSnapshot snapshot;
    private final SoftState soft;
    private final Names names;

    FrameworkWriter(JsonGenerator out, ClusterSnapshot snapshot, SoftState soft, Names names) {
        this.out = out;
        this.snapshot = snapshot;
        this.soft = soft;
        this.names = names;
    }

    /** @param removedInMs for how many ms more it may stay away */
    void write(OfFramework of, Optional<OfferExplanation> offers, OptionalLong removedInMs) throws IOException {
        FrameworkId id = of.framework().id();
        out.writeStartObject();
        out.writeStringField("id", id.value());
        out.writeStringField("name", of.framework().info().getName());
        Optional<Transport> door = soft.door(id);
        out.writeStringField(
                "state",
                state(
                        of,
                        offers.isPresent() || door.filter(Transport.RPC::equals).isPresent()));
        if (door.isPresent()) {
            out.writeStringField("door", door.get().name().toLowerCase(Locale.ROOT));
        }
        if (of.removedMs() > 0) {
            out.writeNumberField("removed_ms", of.removedMs());
        }
        out.writeNumberField("failover_timeout", of.framework().info().getFailoverTimeout());
        writeMs("removed_in_ms", removedInMs);
        out.writeArrayFieldStart("roles");
        for (String role : new TreeSet<>(FrameworkRoles.of(of.framework().info()))) {
            out.writeString(role);
        }
        out.writeEndArray();
        writeTasks(id);
        if (offers.isPresent()) {
            write(offers.get());
        }
        out.writeEndObject();
    }

    private String state(OfFramework of, boolean subscribed) {
        if (of.removedMs() > 0) {
            return "removed";
        }
        if (subscribed) {
            return "subscribed";
        }
        return soft.isRecovered(of.framework().id()) ? "recovered" : "disconnected";
    }

    private void writeTasks(FrameworkId id) throws IOException {
        SortedMap<TaskState, Integer> counts = new TreeMap<>();
        for (Task task : snapshot.tasksOf(id)) {
            counts.merge(task.state(), 1, Integer::sum);
        }
        out.writeObjectFieldStart("tasks");
        for (Map.Entry<TaskState, Integer> count : counts.entrySet()) {
            out.writeNumberField(count.getKey().name(), count.getValue());
        }
        out.writeEndObject();
    }

    private void write(OfferExplanation offers) throws IOException {
        out.writeObjectFieldStart("offers");
        out.writeStringField("mode", offers.mode().name().toLowerCase(Locale.ROOT));
        out.writeNumberField("interval_ms", offers.intervalMs());
        out.writeNumberField("timeout_ms", offers.timeoutMs());
        out.writeNumberField("roles_left_out", offers.rolesLeftOut());
        out.writeArrayFieldStart("in_roles");
        for (InRole role : offers.roles()) {
            write(role);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private void write(InRole role) throws IOException {
        out.writeStartObject();
        out.writeStringField("role", role.role());
        out.writeBooleanField("suppressed", role.suppressed());
        out.writeArrayFieldStart("minimum");
        for (ResourceQuantities alternative : role.minimum().alternatives()) {
            writeAmounts(alternative.toMap());
        }
        out.writeEndArray();
        write(role.quota());
        write("causes", role.causes());
        write("cuts", role.cuts());
        out.writeEndObject();
    }

    private void write(String name, List<OnAgents> causes) throws IOException {
        out.writeArrayFieldStart(name);
        for (OnAgents agents : causes) {
            write(agents);
        }
        out.writeEndArray();
    }

    private void write(QuotaUse quota) throws IOException {
        out.writeObjectFieldStart("quota");
        out.writeStringField("role", quota.role());
        writeAmounts("guarantee", quota.quota().guarantees().toMap());
        writeAmounts("limit", quota.quota().limits().milliByName());
        writeAmounts("consumed", quota.consumed().toMap());
        writeAmounts("on_offer", quota.offered().toMap());
        writeAmounts("kept_for_others", quota.kept().toMap());
        writeAmounts("free", quota.free().toMap());
        out.writeObjectFieldStart("owed");
        for (Map.Entry<String, ResourceQuantities> owed : quota.owed().entrySet()) {
            writeAmounts(owed.getKey(), owed.getValue().toMap());
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    private void write(OnAgents agents) throws IOException {
        out.writeStartObject();
        out.writeStringField("cause", agents.cause().name().toLowerCase(Locale.ROOT));
        out.writeNumberField("agents", agents.agents());
        writeAmounts("resources", agents.resources().toMap());
        writeMs("first_ms", agents.firstMs());
        writeMs("last_ms", agents.lastMs());
        out.writeArrayFieldStart("examples");
        for (Example example : agents.examples()) {
            out.writeStartObject();
            out.writeStringField("agent_id", example.agentId().value());
            out.writeStringField("hostname", example.hostname());
            out.writeStringField("resources", example.resources().toString());
            writeMs("ms", example.ms());
            out.writeEndObject();
        }
        out.writeEndArray();
        if (!agents.holders().isEmpty()) {
            out.writeArrayFieldStart("holders");
            for (Holder holder : agents.holders()) {
                write(holder);
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private void write(Holder holder) throws IOException {
        out.writeStartObject();
        out.writeStringField("framework_id", holder.frameworkId().value());
        out.writeStringField(
                "name",
                names.framework(holder.frameworkId())
                        .map(framework -> framework.info().getName())
                        .orElse(""));
        out.writeStringField("role", holder.role());
        out.writeNumberField("offers", holder.offers());
        out.writeNumberField("oldest_ms", holder.oldestMs());
        out.writeEndObject();
    }

    private void writeMs(String name, OptionalLong ms) throws IOException {
        if (ms.isPresent()) {
            out.writeNumberField(name, ms.getAsLong());
        }
    }

    private void writeAmounts(String name, Map<String, Long> milliByName) throws IOException {
        out.writeFieldName(name);
        writeAmounts(milliByName);
    }

    private void writeAmounts(Map<String, Long> milliByName) throws IOException {
        out.writeStartObject();
        for (Map.Entry<String, Long> amount : milliByName.entrySet()) {
            out.writeNumberField(amount.getKey(), amount.getValue() / 1000.0);
        }
        out.writeEndObject();
    }
}
