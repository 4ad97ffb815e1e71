package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.proto.json.MesosJson;
import io.stoa.state.model.Agent;
import io.stoa.state.model.Task;
import io.stoa.v0.TaskWriter;
import io.stoa.v0.V0Writer;
import java.io.IOException;
import java.util.List;
import org.apache.mesos.v1.Protos.Offer;
import org.jspecify.annotations.Nullable;

/**
 * What was printed of tasks, agents and offers: most of them are the same in one answer and the next. For one thread at
 * a time; between {@link #begin} and {@link #end} or {@link #abandon}.
 */
final class PrintedState {

    private final Fragments<Task, byte[]> tasks = new Fragments<>();
    private final Fragments<Offer, byte[]> offers = new Fragments<>();
    private final Fragments<Agent, PrintedAgent> agents = new Fragments<>();

    /** Beside an agent itself its offers and its connection are shown. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record PrintedAgent(List<Offer> offers, boolean connected, byte[] json) {

        boolean shows(List<Offer> others, boolean nowConnected) {
            return connected == nowConnected && offers.equals(others);
        }
    }

    void begin() {
        tasks.begin();
        offers.begin();
        agents.begin();
    }

    void end() {
        tasks.end();
        offers.end();
        agents.end();
    }

    /** The answer held but a part: what is known of the others stays. */
    void abandon() {
        tasks.abandon();
        offers.abandon();
        agents.abandon();
    }

    byte[] of(Task task) {
        byte[] known = tasks.find(task);
        return known != null ? known : tasks.keep(task, JsonParts.element(out -> write(task, out)));
    }

    byte[] of(Offer offer) {
        byte[] known = offers.find(offer);
        return known != null ? known : offers.keep(offer, JsonParts.element(out -> write(offer, out)));
    }

    /** @param openOffers of this agent */
    byte[] of(Agent agent, List<Offer> openOffers, boolean connected) {
        @Nullable PrintedAgent known = agents.find(agent);
        if (known != null && known.shows(openOffers, connected)) {
            return known.json();
        }
        byte[] json = JsonParts.element(out -> new AgentWriter(out).write(agent, openOffers, connected));
        return agents.keep(agent, new PrintedAgent(openOffers, connected, json)).json();
    }

    private static void write(Task task, JsonGenerator out) throws IOException {
        TaskWriter.Place place = new TaskWriter.Place(
                task.key().frameworkId().value(),
                task.executorId().orElse(""),
                task.agentId().value(),
                task.role());
        new TaskWriter(out).write(task.info(), place, task.state(), task.statuses());
    }

    private static void write(Offer offer, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("id", offer.getId().getValue());
        out.writeStringField("framework_id", offer.getFrameworkId().getValue());
        out.writeFieldName("allocation_info");
        MesosJson.write(offer.getAllocationInfo(), out);
        out.writeStringField("slave_id", offer.getAgentId().getValue());
        new V0Writer(out).resources("resources", offer.getResourcesList());
        out.writeEndObject();
    }
}
