package io.stoa.master.operator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stoa.http.HttpHandler;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operators' endpoints during one term. */
public final class OperatorApi {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorApi.class);

    private final OperatorContext context;
    private final ReadingEndpoints reading;

    public OperatorApi(OperatorContext context) {
        this.context = context;
        reading = new ReadingEndpoints(context);
    }

    /** Handlers by path. */
    public Map<String, HttpHandler> handlers() {
        Map<String, HttpHandler> handlers = new HashMap<>(reading.handlers());
        handlers.putAll(new RoleEndpoints(new RoleDesk(context)).handlers(context.answers()));
        handlers.putAll(new ChangingEndpoints(context).handlers(context.answers()));
        handlers.put("/stoa/tasks", context.answers().of(this::tasks));
        handlers.put("/stoa/kill", context.answers().of(this::kill));
        return handlers;
    }

    private HttpResponse tasks(HttpRequest request) {
        return request.parameter("id")
                .map(id -> HttpResponse.json(new TaskReport(context).print(id)))
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
        Optional<Task> task = context.state().snapshot().task(key).filter(any -> !any.isTerminal());
        if (task.isEmpty()) {
            return HttpResponse.text(404, "No active task '" + id.get() + "' of framework " + framework.get());
        }
        if (!context.soft().isConnected(task.get().agentId())) {
            return HttpResponse.text(409, "Agent " + task.get().agentId() + " is not connected");
        }
        LOG.info("operator kills task={} framework={}", id.get(), framework.get());
        TaskInfo info = task.get().info();
        context.agents()
                .killer()
                .kill(
                        task.get().agentId(),
                        key,
                        info.hasKillPolicy() ? Optional.of(info.getKillPolicy()) : Optional.empty());
        return HttpResponse.json("{}".getBytes(UTF_8));
    }
}
