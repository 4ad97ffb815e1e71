package io.stoa.master.operator.explain;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.master.operator.SoftState;
import io.stoa.proto.json.MesosJson;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Framework;
import io.stoa.state.model.GoneAgent;
import io.stoa.state.model.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.mesos.v1.Protos.TaskStatus;

/** Writes where a task stands, and what it waits for. */
final class TaskWriter {

    /** What keeps a task from going on. */
    enum Wait {
        /** Its agent is not connected: nothing is heard of the task, and nothing reaches it. */
        AGENT,
        /** The agent has not said anything of it since it was launched. */
        LAUNCH,
        /** Its end was asked for. */
        KILL,
        /** Its framework has not acknowledged its newest update, and its agent keeps later ones back. */
        ACKNOWLEDGEMENT,
        /** Its framework is not subscribed, so it hears of nothing. */
        FRAMEWORK
    }

    /** How an agent stands with the master. */
    enum AgentState {
        CONNECTED,
        /** Its link is not open. */
        DISCONNECTED,
        /** It has not come back to this leader yet. */
        RECOVERED,
        UNREACHABLE,
        /** It was marked gone. */
        GONE,
        /** It is not there any more. */
        REMOVED
    }

    private final JsonGenerator out;
    private final ClusterSnapshot snapshot;
    private final SoftState soft;
    private final Insight insight;

    TaskWriter(JsonGenerator out, ClusterSnapshot snapshot, SoftState soft, Insight insight) {
        this.out = out;
        this.snapshot = snapshot;
        this.soft = soft;
        this.insight = insight;
    }

    void write(Task task, Optional<Framework> framework, OptionalLong launchedMs) throws IOException {
        boolean present = snapshot.task(task.key()).isPresent();
        AgentState agent = agentState(task.agentId());
        out.writeStartObject();
        out.writeStringField("id", task.key().taskId());
        out.writeObjectFieldStart("framework");
        out.writeStringField("id", task.key().frameworkId().value());
        out.writeStringField(
                "name", framework.map(known -> known.info().getName()).orElse(""));
        out.writeEndObject();
        out.writeStringField("role", task.role());
        out.writeStringField("resources", task.resources().toString());
        out.writeStringField("state", task.state().name());
        out.writeBooleanField("terminal", task.isTerminal());
        if (launchedMs.isPresent()) {
            out.writeNumberField("launched_ms", launchedMs.getAsLong());
        }
        Optional<TaskStatus> status = task.latestStatus();
        if (status.isPresent()) {
            out.writeFieldName("status");
            MesosJson.write(status.get(), out);
        }
        writeAgent(task.agentId(), agent);
        out.writeArrayFieldStart("waits_for");
        for (Wait wait : waits(task, present, agent)) {
            out.writeString(wait.name().toLowerCase(Locale.ROOT));
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private List<Wait> waits(Task task, boolean present, AgentState agent) {
        List<Wait> waits = new ArrayList<>();
        if (!present) {
            return waits;
        }
        if (agent != AgentState.CONNECTED) {
            waits.add(Wait.AGENT);
        }
        if (task.latestStatus().isEmpty()) {
            waits.add(Wait.LAUNCH);
        }
        if (!task.isTerminal() && insight.isKilled(task)) {
            waits.add(Wait.KILL);
        }
        if (task.isTerminal() || insight.isUnacknowledged(task)) {
            waits.add(Wait.ACKNOWLEDGEMENT);
        }
        if (!soft.isConnected(task.key().frameworkId())) {
            waits.add(Wait.FRAMEWORK);
        }
        return waits;
    }

    private AgentState agentState(AgentId id) {
        Optional<Agent> agent = snapshot.agent(id);
        if (agent.isEmpty()) {
            return snapshot.isGone(id) ? AgentState.GONE : AgentState.REMOVED;
        }
        if (agent.get().status() == AgentStatus.UNREACHABLE) {
            return AgentState.UNREACHABLE;
        }
        if (soft.isConnected(id)) {
            return AgentState.CONNECTED;
        }
        return soft.isRecovered(id) ? AgentState.RECOVERED : AgentState.DISCONNECTED;
    }

    private void writeAgent(AgentId id, AgentState agentState) throws IOException {
        out.writeObjectFieldStart("agent");
        out.writeStringField("id", id.value());
        out.writeStringField("state", agentState.name().toLowerCase(Locale.ROOT));
        Optional<Agent> agent = snapshot.agent(id);
        if (agent.isPresent()) {
            out.writeStringField("hostname", agent.get().info().getHostname());
            out.writeStringField("address", agent.get().ip() + ":" + agent.get().port());
            if (agentState == AgentState.UNREACHABLE) {
                out.writeNumberField("since_ms", agent.get().unreachableAtMs());
            } else {
                OptionalLong givenUpInMs = insight.givenUpInMs(id);
                if (givenUpInMs.isPresent()) {
                    out.writeNumberField("given_up_in_ms", givenUpInMs.getAsLong());
                }
            }
        }
        for (GoneAgent gone : agentState == AgentState.GONE ? snapshot.goneAgents() : List.<GoneAgent>of()) {
            if (gone.id().equals(id)) {
                out.writeNumberField("since_ms", gone.sinceMs());
            }
        }
        out.writeEndObject();
    }
}
