package io.stoa.master.operator;

import io.stoa.http.HttpHandler;
import io.stoa.http.HttpRequest;
import io.stoa.http.PiecedBody;
import io.stoa.master.operator.TasksReport.Selection;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.v0.ResourceSums;
import java.util.Map;
import java.util.Optional;

/** Mesos' v0 endpoints that show the cluster. They remember what they printed, so they are for one thread. */
final class ReadingEndpoints {

    private final OperatorContext context;
    private final Forgettable<PrintedCluster<ResourceSums>> state =
            new Forgettable<>(() -> new PrintedCluster<>(StateKinds.ALL));
    private final Forgettable<PrintedArray<ShownAgent, Integer>> slaves =
            new Forgettable<>(() -> new PrintedArray<>(SlavesReport.AGENTS));
    private final Forgettable<StateSummary.Known> summary = new Forgettable<>(StateSummary.Known::new);

    ReadingEndpoints(OperatorContext context) {
        this.context = context;
    }

    /** Handlers by path. */
    Map<String, HttpHandler> handlers() {
        Answers answers = context.answers();
        return Map.of(
                "/state", answers.json(this::state),
                "/state-summary", answers.json(this::stateSummary),
                "/slaves", answers.json(this::slaves),
                "/frameworks", answers.json(this::frameworks),
                "/tasks", answers.json(this::tasks),
                "/roles", answers.json(this::roles));
    }

    private PiecedBody state(HttpRequest request) {
        return new StateReport(context.facts(), new ClusterView(context), state.get()).print();
    }

    private PiecedBody stateSummary(HttpRequest request) {
        return new StateSummary(context.facts(), new ClusterView(context), summary.get()).print();
    }

    private PiecedBody slaves(HttpRequest request) {
        ClusterView view = new ClusterView(context);
        return request.parameter("slave_id")
                .map(id -> SlavesReport.one(view, new AgentId(id)))
                .orElseGet(() -> SlavesReport.all(view, slaves.get()));
    }

    private PiecedBody frameworks(HttpRequest request) {
        return new FrameworksReport(new ClusterView(context), state.get())
                .print(request.parameter("framework_id").map(FrameworkId::new));
    }

    private PiecedBody tasks(HttpRequest request) {
        Selection selection = new Selection(
                request.parameter("framework_id").map(FrameworkId::new),
                request.parameter("task_id"),
                number(request, "offset", 0),
                number(request, "limit", Selection.DEFAULT_LIMIT),
                request.parameter("order").equals(Optional.of("asc")));
        return new TasksReport(new ClusterView(context), selection).print();
    }

    private PiecedBody roles(HttpRequest request) {
        return RolesReport.print(RoleAccounts.of(context));
    }

    /** What is no number counts as not given. */
    private static long number(HttpRequest request, String name, long otherwise) {
        try {
            return request.parameter(name).map(Integer::parseInt).orElse((int) otherwise);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
