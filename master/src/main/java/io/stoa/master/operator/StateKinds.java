package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.proto.json.MesosJson;
import io.stoa.state.model.Executor;
import io.stoa.state.model.Task;
import io.stoa.v0.ResourceSums;
import io.stoa.v0.TaskWriter;
import io.stoa.v0.V0Writer;
import java.io.IOException;
import java.util.List;
import org.apache.mesos.v1.Protos.Offer;

/** How {@code /state} prints what a cluster has. */
final class StateKinds {

    /** Tasks and executors are added up by what they use. */
    static final PrintedArray.Kind<Task, ResourceSums> TASKS =
            PrintedArray.Kind.ofConstants(Task::key, JsonParts.elements(StateKinds::write), StateKinds::used);

    static final PrintedCluster.Kinds<ResourceSums> ALL = new PrintedCluster.Kinds<>(
            ShownAgent.printedBy(JsonParts.elements((shown, out) -> new AgentWriter(out).write(shown))),
            TASKS,
            TASKS,
            TASKS,
            PrintedArray.Kind.ofConstants(
                    Executor::key,
                    JsonParts.elements((executor, out) -> new ExecutorWriter(out).write(executor)),
                    StateKinds::held),
            PrintedArray.Kind.ofConstants(Offer::getId, JsonParts.elements(StateKinds::write), StateKinds::offered));

    private StateKinds() {}

    /** What a framework's tasks and executors use. */
    static ResourceSums used(PrintedCluster.OfFramework<ResourceSums> framework) {
        ResourceSums used = new ResourceSums();
        framework.tasks().sums().forEach(used::add);
        framework.executors().sums().forEach(used::add);
        return used;
    }

    /** What a framework is offered. */
    static ResourceSums offered(PrintedCluster.OfFramework<ResourceSums> framework) {
        ResourceSums offered = new ResourceSums();
        framework.offers().sums().forEach(offered::add);
        return offered;
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

    private static ResourceSums used(List<Task> tasks) {
        ResourceSums used = new ResourceSums();
        for (Task task : tasks) {
            if (!task.isTerminal()) {
                used.add(task.resources().toProto());
            }
        }
        return used;
    }

    private static ResourceSums held(List<Executor> executors) {
        ResourceSums held = new ResourceSums();
        executors.forEach(executor -> held.add(executor.info().getResourcesList()));
        return held;
    }

    static ResourceSums offered(List<Offer> offers) {
        ResourceSums offered = new ResourceSums();
        offers.forEach(offer -> offered.add(offer.getResourcesList()));
        return offered;
    }
}
