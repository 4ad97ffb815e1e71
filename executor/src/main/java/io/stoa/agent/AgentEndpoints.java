package io.stoa.agent;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.http.HttpHandler;
import io.stoa.http.HttpResponse;
import io.stoa.http.HttpRoutes;
import io.stoa.http.files.FileEndpoints;
import io.stoa.proto.mesos.MesosVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What an agent answers over HTTP: {@code /health}, {@code /version}, {@code /flags}, {@code /state},
 * {@code /metrics/snapshot} and {@code /files}.
 */
final class AgentEndpoints {

    private AgentEndpoints() {}

    /**
     * @param flags as they were given
     * @param state prints {@code /state}, in JSON
     * @param metrics answers {@code /metrics/snapshot}
     * @param files shows the sandboxes and the log
     */
    static HttpRoutes routes(
            Map<String, String> flags,
            Supplier<CompletableFuture<byte[]>> state,
            HttpHandler metrics,
            FileEndpoints files) {
        byte[] version = print(Map.of("version", MesosVersion.EMULATED), "");
        byte[] given = print(flags, "flags");
        return files.addTo(HttpRoutes.of("slave(1)"))
                .route("/health", (request, reply) -> reply.send(HttpResponse.empty(200)))
                .route("/metrics/snapshot", metrics)
                .route("/version", (request, reply) -> reply.send(HttpResponse.json(version)))
                .route("/flags", (request, reply) -> reply.send(HttpResponse.json(given)))
                .route(
                        "/state",
                        (request, reply) -> state.get()
                                .whenComplete((body, failure) -> reply.send(
                                        failure == null
                                                ? HttpResponse.json(body)
                                                : HttpResponse.text(500, "No state: " + failure.getMessage() + "\n"))))
                .build();
    }

    /** @param inside the name of the field that holds them; empty: they are the whole object */
    private static byte[] print(Map<String, String> values, String inside) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = new JsonFactory().createGenerator(bytes)) {
            out.writeStartObject();
            if (!inside.isEmpty()) {
                out.writeObjectFieldStart(inside);
            }
            for (Map.Entry<String, String> value : new TreeMap<>(values).entrySet()) {
                out.writeStringField(value.getKey(), value.getValue());
            }
            if (!inside.isEmpty()) {
                out.writeEndObject();
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
