package io.stoa.master.operator;

import io.stoa.http.HttpHandler;
import io.stoa.http.HttpRequest;
import io.stoa.http.PiecedBody;
import io.stoa.master.operator.TasksReport.Selection;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.Optional;

/** Mesos' v0 endpoints that show the cluster. They remember what they printed, so they are for one thread. */
final class ReadingEndpoints {

    private final OperatorContext context;
    /** Goes when memory is short. */
    private SoftReference<PrintedState> printed = new SoftReference<>(new PrintedState());

    private final PrintedBeside<Agent, SlavesReport.Beside> slaves = new PrintedBeside<>();
    private final PrintedBeside<Agent, StateSummary.Beside> summaries = new PrintedBeside<>();

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

    private PrintedState printed() {
        PrintedState known = printed.get();
        if (known == null) {
            known = new PrintedState();
            printed = new SoftReference<>(known);
        }
        return known;
    }

    private PiecedBody state(HttpRequest request) {
        return new StateReport(
                        context.facts(), context.state().snapshot(), context.soft(), context.history(), printed())
                .print();
    }

    private PiecedBody stateSummary(HttpRequest request) {
        summaries.begin();
        PiecedBody body = new StateSummary(
                        context.facts(), context.state().snapshot(), context.soft(), context.history())
                .print(summaries);
        summaries.end();
        return body;
    }

    private PiecedBody slaves(HttpRequest request) {
        Optional<AgentId> selected = request.parameter("slave_id").map(AgentId::new);
        slaves.begin();
        PiecedBody body = new SlavesReport(context.state().snapshot(), context.soft())
                .print(id -> selected.isEmpty() || selected.get().equals(id), slaves);
        if (selected.isEmpty()) {
            slaves.end();
        } else {
            slaves.abandon();
        }
        return body;
    }

    private PiecedBody frameworks(HttpRequest request) {
        FrameworksReport report =
                new FrameworksReport(context.state().snapshot(), context.soft(), context.history(), printed());
        return report.print(request.parameter("framework_id").map(FrameworkId::new));
    }

    private PiecedBody tasks(HttpRequest request) {
        Selection selection = new Selection(
                request.parameter("framework_id").map(FrameworkId::new),
                request.parameter("task_id"),
                number(request, "offset", 0),
                number(request, "limit", Selection.DEFAULT_LIMIT),
                request.parameter("order").equals(Optional.of("asc")));
        return new TasksReport(context.state().snapshot(), context.history()).print(selection);
    }

    private PiecedBody roles(HttpRequest request) {
        return RolesReport.print(
                RoleAccounts.of(context.state().snapshot(), context.soft().openOffers()));
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
