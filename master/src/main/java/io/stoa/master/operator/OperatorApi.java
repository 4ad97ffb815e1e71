package io.stoa.master.operator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stoa.http.HttpHandler;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.mesos.AgentGateway;
import io.stoa.state.SharedState;
import io.stoa.state.StateListener;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operators' endpoints during one term. */
public final class OperatorApi {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorApi.class);

    private final MasterFacts facts;
    private final SharedState state;
    private final SoftState soft;
    private final AgentGateway agents;
    private final Executor executor;
    private final History history;

    /** @param executor where answers are made; one thread will do */
    public OperatorApi(MasterFacts facts, SharedState state, SoftState soft, AgentGateway agents, Executor executor) {
        this.facts = facts;
        this.state = state;
        this.soft = soft;
        this.agents = agents;
        this.executor = executor;
        history = new History(state.snapshot());
    }

    /** To be told of everything that is committed in this term. */
    public StateListener stateListener() {
        return history;
    }

    /** Handlers by path. */
    public Map<String, HttpHandler> handlers() {
        return Map.of(
                "/state", answer(this::state), "/stoa/tasks", answer(this::tasks), "/stoa/kill", answer(this::kill));
    }

    private HttpHandler answer(Function<HttpRequest, HttpResponse> handler) {
        return (request, reply) -> executor.execute(() -> answer(handler, request, reply));
    }

    /** A request that is never answered holds its connection for ever. */
    private static void answer(Function<HttpRequest, HttpResponse> handler, HttpRequest request, HttpReply reply) {
        HttpResponse response;
        try {
            response = handler.apply(request);
        } catch (RuntimeException e) {
            LOG.error("no answer to {}", request.path(), e);
            response = HttpResponse.text(500, "Internal error: " + e);
        }
        reply.send(response);
    }

    private HttpResponse state(HttpRequest request) {
        return HttpResponse.json(new StateReport(facts, state.snapshot(), soft, history).print());
    }

    private HttpResponse tasks(HttpRequest request) {
        return request.parameter("id")
                .map(id -> HttpResponse.json(new TaskReport(state.snapshot(), history).print(id)))
                .orElseGet(() -> HttpResponse.text(400, "Expecting 'id=value' in query."));
    }

    /** As if the framework had asked for it: it learns the rest by status updates. */
    private HttpResponse kill(HttpRequest request) {
        if (!request.method().equals("POST")) {
            return HttpResponse.methodNotAllowed(List.of("POST"), request.method());
        }
        Optional<String> id = request.parameter("id");
        Optional<String> framework = request.parameter("framework");
        if (id.isEmpty() || framework.isEmpty()) {
            return HttpResponse.text(400, "Expecting 'id=value' and 'framework=value' in query.");
        }
        TaskKey key = new TaskKey(new FrameworkId(framework.get()), id.get());
        Optional<Task> task = state.snapshot().task(key).filter(any -> !any.isTerminal());
        if (task.isEmpty()) {
            return HttpResponse.text(404, "No active task '" + id.get() + "' of framework " + framework.get());
        }
        if (!agents.isConnected(task.get().agentId())) {
            return HttpResponse.text(409, "Agent " + task.get().agentId() + " is not connected");
        }
        LOG.info("operator kills task={} framework={}", id.get(), framework.get());
        agents.killTask(
                task.get().agentId(),
                key,
                task.get().info().hasKillPolicy()
                        ? Optional.of(task.get().info().getKillPolicy())
                        : Optional.empty());
        return HttpResponse.json("{}".getBytes(UTF_8));
    }
}
