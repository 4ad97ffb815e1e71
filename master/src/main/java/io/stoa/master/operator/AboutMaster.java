package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.stoa.http.HttpHandler;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.proto.json.MesosJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** What every master answers by itself, whether it leads or not. */
public final class AboutMaster {

    /** What clients of Mesos are told; they look at it to learn what they may use. */
    public static final String MESOS_VERSION = "1.11.0";

    private final Supplier<SortedMap<String, Double>> metrics;
    private final Executor executor;

    /**
     * @param metrics the figures of now, by name
     * @param executor where they are collected; one thread will do
     */
    public AboutMaster(Supplier<SortedMap<String, Double>> metrics, Executor executor) {
        this.metrics = metrics;
        this.executor = executor;
    }

    /** Handlers by path. */
    public Map<String, HttpHandler> handlers() {
        return Map.of(
                "/version", AboutMaster::version, "/health", AboutMaster::health, "/metrics/snapshot", this::metrics);
    }

    private static void version(HttpRequest request, HttpReply reply) {
        reply.send(json(out -> {
            out.writeStringField("stoa_version", stoaVersion());
            out.writeStringField("version", MESOS_VERSION);
        }));
    }

    private static void health(HttpRequest request, HttpReply reply) {
        reply.send(HttpResponse.empty(200));
    }

    private void metrics(HttpRequest request, HttpReply reply) {
        executor.execute(() -> reply.send(json(out -> {
            for (Map.Entry<String, Double> metric : metrics.get().entrySet()) {
                out.writeFieldName(metric.getKey());
                MesosJson.writeDouble(metric.getValue(), out);
            }
        })));
    }

    /** Of the jar; classes that were not packaged have none. */
    private static String stoaVersion() {
        return Optional.ofNullable(AboutMaster.class.getPackage().getImplementationVersion())
                .orElse("unknown");
    }

    @FunctionalInterface
    private interface Fields {
        void write(JsonGenerator out) throws IOException;
    }

    private static HttpResponse json(Fields fields) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder()) {
            try (JsonGenerator out = MesosJson.generator(bytes)) {
                out.writeStartObject();
                fields.write(out);
                out.writeEndObject();
            }
            return HttpResponse.json(bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException("printing into memory", e);
        }
    }
}
