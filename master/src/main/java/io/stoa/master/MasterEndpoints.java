package io.stoa.master;

import io.stoa.http.HttpHandler;
import io.stoa.http.HttpResponse;
import io.stoa.mesos.v1.SchedulerHttpHandler;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Who answers which path. */
final class MasterEndpoints {

    private static final String SCHEDULER = "/api/v1/scheduler";

    /** What only a leader can answer. */
    static final List<String> LEADERS_PATHS = List.of(
            SCHEDULER,
            "/api/v1",
            "/frameworks",
            "/maintenance",
            "/quota",
            "/roles",
            "/slaves",
            "/state",
            "/state-summary",
            "/tasks",
            "/teardown",
            "/weights");

    private MasterEndpoints() {}

    static Map<String, HttpHandler> ofEveryMaster() {
        byte[] version = ("{\"build_date\":\"\",\"build_time\":0.0,\"build_user\":\"\",\"version\":\""
                        + MasterIdentity.MESOS_VERSION + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        return Map.of(
                "/health", (request, reply) -> reply.send(HttpResponse.empty(200)),
                "/version", (request, reply) -> reply.send(HttpResponse.json(version)));
    }

    static Map<String, HttpHandler> ofLeader(Term term) {
        return Map.of(SCHEDULER, new SchedulerHttpHandler(term.scheduler()));
    }
}
