package io.stoa.master.operator;

import io.stoa.http.HttpHandler;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.Offer.Operation;

/** Mesos' v0 endpoints that take a form by POST. */
final class ChangingEndpoints {

    private final RemovalDesk removals;
    private final ResourceDesk resources;

    ChangingEndpoints(OperatorContext context) {
        removals = new RemovalDesk(context);
        resources = new ResourceDesk(context);
    }

    private interface Action {
        CompletableFuture<HttpResponse> on(FormBody form) throws BadRequestException;
    }

    /** Handlers by path. */
    Map<String, HttpHandler> handlers(Answers answers) {
        return Map.of(
                "/teardown",
                post(answers, form -> removals.tearDown(new FrameworkId(form.get("frameworkId")))),
                "/reserve",
                post(answers, this::reserve),
                "/unreserve",
                post(answers, this::unreserve),
                "/create-volumes",
                post(answers, this::create),
                "/destroy-volumes",
                post(answers, this::destroy));
    }

    private CompletableFuture<HttpResponse> reserve(FormBody form) throws BadRequestException {
        AgentId agentId = new AgentId(form.get("slaveId"));
        Operation.Reserve.Builder reserve =
                Operation.Reserve.newBuilder().addAllResources(form.resources("resources", "Error parsing"));
        if (form.find("source").isPresent()) {
            reserve.addAllSource(form.resources("source", "Error parsing"));
        }
        return resources.apply(
                agentId,
                Operation.newBuilder()
                        .setType(Operation.Type.RESERVE)
                        .setReserve(reserve)
                        .build());
    }

    private CompletableFuture<HttpResponse> unreserve(FormBody form) throws BadRequestException {
        AgentId agentId = new AgentId(form.get("slaveId"));
        return resources.apply(
                agentId,
                Operation.newBuilder()
                        .setType(Operation.Type.UNRESERVE)
                        .setUnreserve(Operation.Unreserve.newBuilder()
                                .addAllResources(form.resources("resources", "Error in parsing")))
                        .build());
    }

    private CompletableFuture<HttpResponse> create(FormBody form) throws BadRequestException {
        AgentId agentId = new AgentId(form.get("slaveId"));
        return resources.apply(
                agentId,
                Operation.newBuilder()
                        .setType(Operation.Type.CREATE)
                        .setCreate(Operation.Create.newBuilder()
                                .addAllVolumes(form.resources("volumes", "Error in parsing")))
                        .build());
    }

    private CompletableFuture<HttpResponse> destroy(FormBody form) throws BadRequestException {
        AgentId agentId = new AgentId(form.get("slaveId"));
        return resources.apply(
                agentId,
                Operation.newBuilder()
                        .setType(Operation.Type.DESTROY)
                        .setDestroy(Operation.Destroy.newBuilder()
                                .addAllVolumes(form.resources("volumes", "Error in parsing")))
                        .build());
    }

    private static HttpHandler post(Answers answers, Action action) {
        return answers.later(request -> answer(request, action));
    }

    private static CompletableFuture<HttpResponse> answer(HttpRequest request, Action action) {
        if (!request.method().equals("POST")) {
            return CompletableFuture.completedFuture(HttpResponse.methodNotAllowed(List.of("POST"), request.method()));
        }
        try {
            return action.on(FormBody.of(request));
        } catch (BadRequestException e) {
            return Commits.refused(400, e.text());
        }
    }
}
