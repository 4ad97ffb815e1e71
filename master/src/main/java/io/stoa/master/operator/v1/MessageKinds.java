package io.stoa.master.operator.v1;

import io.stoa.master.operator.AllocatedResources;
import io.stoa.master.operator.PrintedArray.Kind;
import io.stoa.master.operator.PrintedCluster.Kinds;
import io.stoa.master.operator.ShownAgent;
import io.stoa.state.model.Executor;
import io.stoa.state.model.Task;
import java.util.List;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.master.Protos.Response.GetAgents;
import org.apache.mesos.v1.master.Protos.Response.GetExecutors;
import org.apache.mesos.v1.master.Protos.Response.GetFrameworks;
import org.apache.mesos.v1.master.Protos.Response.GetTasks;

/** How the operator API prints what a cluster has. */
final class MessageKinds {

    private MessageKinds() {}

    static Kinds<AllocatedResources> in(Form form) {
        return new Kinds<>(
                ShownAgent.printedBy(form.elements(Part.field(GetAgents.getDescriptor(), "agents"), Messages::of)),
                tasks("tasks", form),
                tasks("unreachable_tasks", form),
                tasks("completed_tasks", form),
                Kind.ofConstants(
                        Executor::key,
                        form.elements(Part.field(GetExecutors.getDescriptor(), "executors"), Messages::of),
                        executors -> AllocatedResources.used(List.of(), executors)),
                Kind.ofConstants(
                        Offer::getId,
                        form.elements(Part.field(GetFrameworks.Framework.getDescriptor(), "offers"), offer -> offer),
                        AllocatedResources::offered));
    }

    private static Kind<Task, AllocatedResources> tasks(String field, Form form) {
        return Kind.ofConstants(
                Task::key,
                form.elements(Part.field(GetTasks.getDescriptor(), field), Messages::of),
                tasks -> AllocatedResources.used(tasks, List.of()));
    }
}
