package io.stoa.agent.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.flags.LoggingLevel;
import io.stoa.http.HttpHandler;
import io.stoa.http.HttpResponse;
import io.stoa.http.HttpRoutes;
import io.stoa.http.files.AttachedPaths;
import io.stoa.http.files.FileEndpoints;
import io.stoa.metrics.MetricsEndpoint;
import io.stoa.proto.json.MesosJson;
import io.stoa.proto.mesos.MesosVersion;
import io.stoa.time.Time;
import io.stoa.v0.BuildFacts;
import io.stoa.v0.HelpEndpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.v1.agent.Protos.Call;

/** Everything that an agent answers over HTTP. */
public final class AgentEndpoints implements AutoCloseable {

    /** The name of an agent among processes, and of its endpoints. */
    public static final String PROCESS = "slave(1)";

    /** Each is held by who attaches to a container, or has something written into one. */
    private static final int MAX_ATTACHED = 256;

    private static final int IDLE_SECONDS = 10;

    private final FileEndpoints files;
    private final ExecutorService attached = new ThreadPoolExecutor(
            0, MAX_ATTACHED, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), AgentEndpoints::thread);
    private final AgentApiHandler calls;
    private final HttpRoutes routes;

    /**
     * Whom and what they ask.
     *
     * @param orders launches what is asked for
     * @param executorApi answers executors
     */
    public record Parts(AgentSource agent, ContainerOrders orders, ContainerUsage usage, HttpHandler executorApi) {}

    /**
     * @param flags as they were given
     * @param paths that may be looked at
     */
    public AgentEndpoints(Parts parts, Map<String, String> flags, AttachedPaths paths, Time time) {
        files = new FileEndpoints(paths);
        AgentSource agent = parts.agent();
        ContainersReport containers = new ContainersReport(agent, parts.usage(), files.readers());
        byte[] version = print(out -> {
            BuildFacts.write(out);
            out.writeStringField("version", MesosVersion.EMULATED);
        });
        byte[] given = print(out -> {
            out.writeObjectFieldStart("flags");
            for (Map.Entry<String, String> flag : new TreeMap<>(flags).entrySet()) {
                out.writeStringField(flag.getKey(), flag.getValue());
            }
            out.writeEndObject();
        });
        calls = new AgentApiHandler(
                List.of(
                        new AboutCalls(agent, flags, new LoggingLevel(time), files.calls()).handlers(),
                        new ReportCalls(agent).handlers(),
                        new ContainerCalls(agent.containers(), parts.orders(), containers).handlers()),
                new StreamCalls(agent.containers(), parts.orders(), time, attached));
        HttpRoutes.Builder served = files.addTo(HttpRoutes.of(PROCESS))
                .route("/health", (request, reply) -> reply.send(HttpResponse.empty(200)))
                .route("/metrics/snapshot", new MetricsEndpoint(agent::figures, time, files.readers()))
                .route("/version", json(version))
                .route("/flags", json(given))
                .route("/state", state(agent))
                .route("/containers", containers.containersEndpoint())
                .route("/monitor/statistics", containers.statisticsEndpoint())
                .route("/containerizer/debug", json(print(out -> {
                    out.writeArrayFieldStart("pending");
                    out.writeEndArray();
                })))
                .route("/api/v1", calls)
                .route("/api/v1/executor", parts.executorApi());
        routes = served.global("/help", new HelpEndpoint(PROCESS, served.paths()))
                .build();
    }

    /** The calls of operators that are answered; 501 for all others. */
    Set<Call.Type> calls() {
        return calls.calls();
    }

    public HttpRoutes routes() {
        return routes;
    }

    /** What is answered before an agent knows what its last life left. */
    public static HttpRoutes recovering() {
        HttpHandler later = (request, reply) -> reply.send(HttpResponse.text(503, "Agent has not finished recovery"));
        return HttpRoutes.of(PROCESS)
                .route("/health", (request, reply) -> reply.send(HttpResponse.empty(200)))
                .route("/state", later)
                .global("/files/debug", later)
                .route("/api/v1", later)
                .build();
    }

    private static HttpHandler json(byte[] body) {
        return (request, reply) -> reply.send(HttpResponse.json(body));
    }

    private static HttpHandler state(AgentSource agent) {
        return (request, reply) -> agent.report()
                .thenApply(report -> new StateReport(report).print())
                .whenComplete((body, failure) -> reply.send(
                        failure == null
                                ? HttpResponse.json(body)
                                : HttpResponse.text(500, "No state: " + failure.getMessage() + "\n")));
    }

    private interface Fields {
        void write(JsonGenerator out) throws IOException;
    }

    private static byte[] print(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = MesosJson.generator(bytes)) {
            out.writeStartObject();
            fields.write(out);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "attached");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        files.close();
        attached.shutdownNow();
    }
}
