package io.stoa.agent.http;

import io.stoa.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.mesos.v1.agent.Protos.Call;
import org.apache.mesos.v1.agent.Protos.Response;

/** The calls that show what is on the agent. */
final class ReportCalls {

    private final AgentSource agent;

    ReportCalls(AgentSource agent) {
        this.agent = agent;
    }

    Map<Call.Type, CallHandler> handlers() {
        return Map.of(
                Call.Type.GET_STATE,
                show(Response.Type.GET_STATE, (report, answer) -> answer.setGetState(report.state())),
                Call.Type.GET_FRAMEWORKS,
                show(Response.Type.GET_FRAMEWORKS, (report, answer) -> answer.setGetFrameworks(report.frameworks())),
                Call.Type.GET_EXECUTORS,
                show(Response.Type.GET_EXECUTORS, (report, answer) -> answer.setGetExecutors(report.executors())),
                Call.Type.GET_TASKS,
                show(Response.Type.GET_TASKS, (report, answer) -> answer.setGetTasks(report.tasks())),
                Call.Type.GET_AGENT,
                (call, accepted) -> answer(
                        accepted::answer,
                        Response.Type.GET_AGENT,
                        (report, answer) -> answer.setGetAgent(report.agentInfo())),
                // Operations are the master's, and there are no resource providers.
                Call.Type.GET_OPERATIONS,
                (call, accepted) -> CompletableFuture.completedFuture(accepted.answer(Response.newBuilder()
                        .setType(Response.Type.GET_OPERATIONS)
                        .setGetOperations(Response.GetOperations.getDefaultInstance())
                        .build())),
                Call.Type.GET_RESOURCE_PROVIDERS,
                (call, accepted) -> CompletableFuture.completedFuture(accepted.answer(Response.newBuilder()
                        .setType(Response.Type.GET_RESOURCE_PROVIDERS)
                        .setGetResourceProviders(Response.GetResourceProviders.getDefaultInstance())
                        .build())));
    }

    private CallHandler show(Response.Type type, BiConsumer<ReportMessages, Response.Builder> content) {
        return (call, accepted) -> answer(response -> Lists.answer(response, accepted), type, content);
    }

    private CompletableFuture<HttpResponse> answer(
            Function<Response, HttpResponse> printed,
            Response.Type type,
            BiConsumer<ReportMessages, Response.Builder> content) {
        return agent.report().thenApply(report -> {
            Response.Builder response = Response.newBuilder().setType(type);
            content.accept(new ReportMessages(report), response);
            return printed.apply(response.build());
        });
    }
}
