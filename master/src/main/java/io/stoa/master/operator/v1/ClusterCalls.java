package io.stoa.master.operator.v1;

import com.google.protobuf.Descriptors.Descriptor;
import io.stoa.master.operator.AllocatedResources;
import io.stoa.master.operator.ClusterView;
import io.stoa.master.operator.Forgettable;
import io.stoa.master.operator.OperatorContext;
import io.stoa.master.operator.PrintedCluster;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.mesos.v1.master.Protos.Call;
import org.apache.mesos.v1.master.Protos.Response;

/** The calls that show the cluster: agents, frameworks, executors, tasks, operations, or all of it. */
final class ClusterCalls {

    private static final Descriptor RESPONSE = Response.getDescriptor();
    private static final Descriptor STATE = Response.GetState.getDescriptor();

    private final OperatorContext context;
    private final Map<Form, Forgettable<PrintedCluster<AllocatedResources>>> printed = new EnumMap<>(Form.class);

    ClusterCalls(OperatorContext context) {
        this.context = context;
        for (Form form : Form.values()) {
            printed.put(form, new Forgettable<>(() -> new PrintedCluster<>(MessageKinds.in(form))));
        }
    }

    Map<Call.Type, CallHandler> handlers() {
        return Map.of(
                Call.Type.GET_AGENTS, show(Response.Type.GET_AGENTS, "get_agents", ClusterParts::agents),
                Call.Type.GET_FRAMEWORKS,
                        show(Response.Type.GET_FRAMEWORKS, "get_frameworks", ClusterParts::frameworks),
                Call.Type.GET_EXECUTORS, show(Response.Type.GET_EXECUTORS, "get_executors", ClusterParts::executors),
                Call.Type.GET_TASKS, show(Response.Type.GET_TASKS, "get_tasks", ClusterParts::tasks),
                Call.Type.GET_STATE, show(Response.Type.GET_STATE, "get_state", ClusterCalls::state),
                Call.Type.GET_OPERATIONS, (call, form) -> form.show(operations()));
    }

    private interface Parts {
        List<Part> of(ClusterParts cluster);
    }

    private CallHandler show(Response.Type type, String field, Parts parts) {
        return (call, form) -> {
            ClusterParts cluster = new ClusterParts(
                    new ClusterView(context),
                    Objects.requireNonNull(printed.get(form)).get());
            return form.show(List.of(
                    new Part.Fields(Response.newBuilder().setType(type).build()),
                    new Part.One(Part.field(RESPONSE, field), parts.of(cluster))));
        };
    }

    private static List<Part> state(ClusterParts cluster) {
        return List.of(
                new Part.One(Part.field(STATE, "get_tasks"), cluster.tasks()),
                new Part.One(Part.field(STATE, "get_executors"), cluster.executors()),
                new Part.One(Part.field(STATE, "get_frameworks"), cluster.frameworks()),
                new Part.One(Part.field(STATE, "get_agents"), cluster.agents()));
    }

    /** Those that wait for an acknowledgement: the others are done at once. */
    private Response operations() {
        Response.GetOperations.Builder operations = Response.GetOperations.newBuilder();
        context.state()
                .snapshot()
                .frameworks()
                .forEach(framework -> context.state()
                        .snapshot()
                        .operationsOf(framework.id())
                        .forEach(operation -> operations.addOperations(Messages.of(operation))));
        return Response.newBuilder()
                .setType(Response.Type.GET_OPERATIONS)
                .setGetOperations(operations)
                .build();
    }
}
