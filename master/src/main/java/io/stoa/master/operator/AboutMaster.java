package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.stoa.http.HttpHandler;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.metrics.MetricsEndpoint;
import io.stoa.proto.json.MesosJson;
import io.stoa.proto.mesos.MesosVersion;
import io.stoa.time.Time;
import io.stoa.v0.BuildFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** What every master answers by itself, whether it leads or not. */
public final class AboutMaster {

    private final MetricsEndpoint metrics;

    /**
     * @param figures those of now, by name
     * @param executor where they are printed
     */
    public AboutMaster(Supplier<CompletableFuture<SortedMap<String, Double>>> figures, Time time, Executor executor) {
        metrics = new MetricsEndpoint(figures, time, executor);
    }

    /** Handlers by path. */
    public Map<String, HttpHandler> handlers() {
        return Map.of("/version", AboutMaster::version, "/health", AboutMaster::health, "/metrics/snapshot", metrics);
    }

    private static void version(HttpRequest request, HttpReply reply) {
        reply.send(json(out -> {
            BuildFacts.write(out);
            out.writeStringField("stoa_version", stoaVersion());
            out.writeStringField("version", MesosVersion.EMULATED);
        }));
    }

    private static void health(HttpRequest request, HttpReply reply) {
        reply.send(HttpResponse.empty(200));
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
