package io.stoa.master.operator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stoa.http.HttpHandler;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.http.PiecedBody;
import io.stoa.mesos.AgentGateway;
import io.stoa.state.SharedState;
import io.stoa.state.StateListener;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import io.stoa.time.Time;
import java.lang.ref.SoftReference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operators' endpoints during one term. */
public final class OperatorApi {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorApi.class);

    private static final HttpResponse JSON = HttpResponse.json(new byte[0]);

    private final MasterFacts facts;
    private final SharedState state;
    private final SoftState soft;
    private final AgentGateway agents;
    private final Executor executor;
    private final History history;
    /** Goes when memory is short. */
    private SoftReference<PrintedState> printed = new SoftReference<>(new PrintedState());

    /** @param executor where answers are made; one thread */
    public OperatorApi(
            MasterFacts facts, SharedState state, SoftState soft, AgentGateway agents, Time time, Executor executor) {
        this.facts = facts;
        this.state = state;
        this.soft = soft;
        this.agents = agents;
        this.executor = executor;
        history = new History(state.snapshot(), time);
    }

    /** To be told of everything that is committed in this term. */
    public StateListener stateListener() {
        return history;
    }

    /** Handlers by path. */
    public Map<String, HttpHandler> handlers() {
        return Map.of("/state", this::state, "/stoa/tasks", answer(this::tasks), "/stoa/kill", answer(this::kill));
    }

    private HttpHandler answer(Function<HttpRequest, HttpResponse> handler) {
        return (request, reply) -> executor.execute(
                () -> answer(request, reply, () -> handler.apply(request)).ifPresent(reply::send));
    }

    private void state(HttpRequest request, HttpReply reply) {
        executor.execute(() -> answer(request, reply, this::printState).ifPresent(body -> reply.send(JSON, body)));
    }

    private PiecedBody printState() {
        PrintedState known = printed.get();
        if (known == null) {
            known = new PrintedState();
            printed = new SoftReference<>(known);
        }
        return new StateReport(facts, state.snapshot(), soft, history, known).print();
    }

    /** A request that is never answered holds its connection for ever. */
    private static <T> Optional<T> answer(HttpRequest request, HttpReply reply, Supplier<T> answer) {
        try {
            return Optional.of(answer.get());
        } catch (RuntimeException e) {
            LOG.error("no answer to {}", request.path(), e);
            reply.send(HttpResponse.text(500, "Internal error: " + e));
            return Optional.empty();
        }
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
