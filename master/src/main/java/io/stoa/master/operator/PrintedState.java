package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.proto.json.MesosJson;
import io.stoa.state.model.Agent;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.v0.TaskWriter;
import io.stoa.v0.V0Writer;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;

/**
 * What was printed for the newest answer: most of it is in the next one, too. Never larger than the state. For one
 * thread at a time.
 */
final class PrintedState {

    private final PrintedArray<ShownAgent> agents = new PrintedArray<>(new Agents());
    private final Map<FrameworkId, OfFramework> frameworks = new HashMap<>();

    /**
     * Beside an agent itself its offers and its connection are shown.
     *
     * @param offers the open ones of this agent
     */
    record ShownAgent(Agent agent, List<Offer> offers, boolean connected) {}

    /**
     * What belongs to a framework.
     *
     * @param tasks on agents that are there
     * @param unreachable on agents that are not
     * @param completed oldest first
     */
    record OfFramework(
            PrintedArray<Task> tasks,
            PrintedArray<Task> unreachable,
            PrintedArray<Task> completed,
            PrintedArray<Offer> offers) {

        OfFramework() {
            this(
                    new PrintedArray<>(new Tasks()),
                    new PrintedArray<>(new Tasks()),
                    new PrintedArray<>(new Tasks()),
                    new PrintedArray<>(new Offers()));
        }
    }

    PrintedArray<ShownAgent> agents() {
        return agents;
    }

    OfFramework of(FrameworkId id) {
        return frameworks.computeIfAbsent(id, any -> new OfFramework());
    }

    /** Forgets all other frameworks. */
    void retain(Set<FrameworkId> ids) {
        frameworks.keySet().retainAll(ids);
    }

    private static final class Agents implements PrintedArray.Kind<ShownAgent> {

        @Override
        @SuppressWarnings("ReferenceEquality") // An agent that changes becomes another one.
        public boolean isSame(ShownAgent one, ShownAgent other) {
            return one.agent() == other.agent()
                    && one.connected() == other.connected()
                    && one.offers().equals(other.offers());
        }

        @Override
        public Object id(ShownAgent shown) {
            return shown.agent().id();
        }

        @Override
        public void write(ShownAgent shown, JsonGenerator out) throws IOException {
            new AgentWriter(out).write(shown.agent(), shown.offers(), shown.connected());
        }

        @Override
        public List<Resource> resources(ShownAgent shown) {
            return List.of();
        }
    }

    static final class Tasks implements PrintedArray.Kind<Task> {

        @Override
        public Object id(Task task) {
            return task.key();
        }

        @Override
        public void write(Task task, JsonGenerator out) throws IOException {
            TaskWriter.Place place = new TaskWriter.Place(
                    task.key().frameworkId().value(),
                    task.executorId().orElse(""),
                    task.agentId().value(),
                    task.role());
            new TaskWriter(out).write(task.info(), place, task.state(), task.statuses());
        }

        /** What it uses. */
        @Override
        public List<Resource> resources(Task task) {
            return task.isTerminal() ? List.of() : task.info().getResourcesList();
        }
    }

    private static final class Offers implements PrintedArray.Kind<Offer> {

        @Override
        public Object id(Offer offer) {
            return offer.getId();
        }

        @Override
        public void write(Offer offer, JsonGenerator out) throws IOException {
            out.writeStartObject();
            out.writeStringField("id", offer.getId().getValue());
            out.writeStringField("framework_id", offer.getFrameworkId().getValue());
            out.writeFieldName("allocation_info");
            MesosJson.write(offer.getAllocationInfo(), out);
            out.writeStringField("slave_id", offer.getAgentId().getValue());
            new V0Writer(out).resources("resources", offer.getResourcesList());
            out.writeEndObject();
        }

        @Override
        public List<Resource> resources(Offer offer) {
            return offer.getResourcesList();
        }
    }
}
