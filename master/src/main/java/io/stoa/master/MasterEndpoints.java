package io.stoa.master;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.authentication.AuthenticationConfig;
import io.stoa.http.HttpCounts;
import io.stoa.http.HttpHandler;
import io.stoa.http.HttpResponse;
import io.stoa.master.operator.AboutMaster;
import io.stoa.master.operator.OperatorApi;
import io.stoa.master.operator.v1.OperatorHttpHandler;
import io.stoa.mesos.v1.SchedulerHttpHandler;
import io.stoa.proto.json.MesosJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Who answers which path. */
final class MasterEndpoints {

    private static final String OPERATOR = "/api/v1";
    private static final String CONSTRAINTS = "/allocator/offer_constraints_debug";
    private static final String SCHEDULER = "/api/v1/scheduler";

    /** What only a leader can answer. */
    static final List<String> LEADERS_PATHS = List.of(
            OPERATOR,
            SCHEDULER,
            CONSTRAINTS,
            "/create-volumes",
            "/destroy-volumes",
            "/frameworks",
            "/maintenance",
            "/quota",
            "/reserve",
            "/roles",
            "/slaves",
            "/state",
            "/state-summary",
            "/stoa/explain",
            "/stoa/kill",
            "/stoa/tasks",
            "/tasks",
            "/teardown",
            "/unreserve",
            "/weights");

    private MasterEndpoints() {}

    static Map<String, HttpHandler> ofEveryMaster(AboutMaster about, Map<String, String> flags) {
        Map<String, HttpHandler> handlers = new HashMap<>(about.handlers());
        byte[] body = print(flags);
        handlers.put("/flags", (request, reply) -> reply.send(HttpResponse.json(body)));
        return handlers;
    }

    /** Who guards which of the paths. */
    static Map<String, UnaryOperator<HttpHandler>> guards(AuthenticationConfig config, HttpCounts counts) {
        return config.httpFrameworks()
                .map(guard ->
                        Map.<String, UnaryOperator<HttpHandler>>of(SCHEDULER, handler -> guard.guard(handler, counts)))
                .orElse(Map.of());
    }

    private static byte[] print(Map<String, String> flags) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = MesosJson.generator(bytes)) {
            out.writeStartObject();
            out.writeObjectFieldStart("flags");
            for (Map.Entry<String, String> flag : new TreeMap<>(flags).entrySet()) {
                out.writeStringField(flag.getKey(), flag.getValue());
            }
            out.writeEndObject();
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("printing into memory", e);
        }
        return bytes.toByteArray();
    }

    static Map<String, HttpHandler> ofLeader(Term term) {
        Map<String, HttpHandler> handlers = new HashMap<>(new OperatorApi(term.operator()).handlers());
        handlers.put(OPERATOR, new OperatorHttpHandler(term.operator()));
        handlers.put(CONSTRAINTS, term.constraints());
        handlers.put("/stoa/explain", term.explain());
        handlers.put(SCHEDULER, new SchedulerHttpHandler(term.scheduler()));
        return handlers;
    }
}
