package io.stoa.master.operator.v1;

import com.google.protobuf.Descriptors.Descriptor;
import io.stoa.master.operator.OperatorContext;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.mesos.v1.master.Protos.Call;
import org.apache.mesos.v1.master.Protos.Response;

/** The calls that show the cluster: agents, frameworks, executors, tasks, operations, or all of it. */
final class ClusterCalls {

    private static final Descriptor RESPONSE = Response.getDescriptor();
    private static final Descriptor STATE = Response.GetState.getDescriptor();

    private final OperatorContext context;
    private final Map<Form, PrintedMessages> printed = new EnumMap<>(Form.class);

    ClusterCalls(OperatorContext context) {
        this.context = context;
        for (Form form : Form.values()) {
            printed.put(form, new PrintedMessages(form));
        }
    }

    Map<Call.Type, CallHandler> handlers() {
        return Map.of(
                Call.Type.GET_AGENTS, show(Response.Type.GET_AGENTS, "get_agents", ClusterView::agents),
                Call.Type.GET_FRAMEWORKS, show(Response.Type.GET_FRAMEWORKS, "get_frameworks", ClusterView::frameworks),
                Call.Type.GET_EXECUTORS, show(Response.Type.GET_EXECUTORS, "get_executors", ClusterView::executors),
                Call.Type.GET_TASKS, show(Response.Type.GET_TASKS, "get_tasks", ClusterView::tasks),
                Call.Type.GET_STATE, show(Response.Type.GET_STATE, "get_state", ClusterCalls::state),
                Call.Type.GET_OPERATIONS, (call, form) -> form.show(operations()));
    }

    private interface Parts {
        List<Part> of(ClusterView view);
    }

    private CallHandler show(Response.Type type, String field, Parts parts) {
        return (call, form) -> {
            PrintedMessages known = printed.get(form);
            if (known == null) {
                throw new IllegalStateException(form + " (expected: a form that is remembered)");
            }
            known.begin();
            CallAnswer answer = form.show(
                    type, new Part.Group(Part.field(RESPONSE, field), parts.of(new ClusterView(context, known))));
            known.end();
            return answer;
        };
    }

    private static List<Part> state(ClusterView view) {
        return List.of(
                new Part.Group(Part.field(STATE, "get_tasks"), view.tasks()),
                new Part.Group(Part.field(STATE, "get_executors"), view.executors()),
                new Part.Group(Part.field(STATE, "get_frameworks"), view.frameworks()),
                new Part.Group(Part.field(STATE, "get_agents"), view.agents()));
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
