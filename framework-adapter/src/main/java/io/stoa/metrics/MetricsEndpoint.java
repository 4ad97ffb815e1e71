package io.stoa.metrics;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.stoa.flags.FlagType;
import io.stoa.http.HttpHandler;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.proto.json.MesosJson;
import io.stoa.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /metrics/snapshot}: two answers a second. As in Mesos nobody is refused: who asks more often waits for his
 * turn, and who says {@code timeout=} gets what there is by then, which is everything or nothing.
 */
public final class MetricsEndpoint implements HttpHandler {

    private static final Logger LOG = LoggerFactory.getLogger(MetricsEndpoint.class);
    private static final long INTERVAL_MS = 500;

    private final Supplier<CompletableFuture<SortedMap<String, Double>>> figures;
    private final Time time;
    private final Executor executor;
    private long nextTurnMs;

    /**
     * @param figures those of now, by name
     * @param executor where answers are printed
     */
    public MetricsEndpoint(
            Supplier<CompletableFuture<SortedMap<String, Double>>> figures, Time time, Executor executor) {
        this.figures = figures;
        this.time = time;
        this.executor = executor;
        nextTurnMs = time.monotonicMs();
    }

    @Override
    public void handle(HttpRequest request, HttpReply reply) {
        Optional<Duration> timeout;
        try {
            timeout = request.parameter("timeout").map(FlagType.DURATION.parser());
        } catch (IllegalArgumentException e) {
            String given = request.parameter("timeout").orElse("");
            reply.send(HttpResponse.text(400, "Invalid timeout '" + given + "': " + e.getMessage() + ".\n"));
            return;
        }
        long inMs = turnInMs();
        if (inMs == 0) {
            answer(timeout, reply);
        } else {
            time.after(inMs, executor, () -> answer(timeout, reply));
        }
    }

    private synchronized long turnInMs() {
        long nowMs = time.monotonicMs();
        long turnMs = Math.max(nowMs, nextTurnMs);
        nextTurnMs = turnMs + INTERVAL_MS;
        return turnMs - nowMs;
    }

    private void answer(Optional<Duration> timeout, HttpReply reply) {
        CompletableFuture<HttpResponse> answer =
                figures.get().thenApplyAsync(MetricsEndpoint::print, executor).exceptionally(MetricsEndpoint::failed);
        timeout.ifPresent(limit -> {
            Time.Timer timer = time.after(
                    limit.toMillis(), executor, () -> answer.complete(HttpResponse.json(new byte[] {'{', '}'})));
            answer.thenRun(timer::cancel);
        });
        answer.thenAccept(reply::send);
    }

    private static HttpResponse failed(Throwable cause) {
        LOG.error("no metrics", cause);
        return HttpResponse.text(500, "Internal error: " + cause);
    }

    private static HttpResponse print(Map<String, Double> figures) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder()) {
            try (JsonGenerator out = MesosJson.generator(bytes)) {
                out.writeStartObject();
                for (Map.Entry<String, Double> figure : figures.entrySet()) {
                    out.writeFieldName(figure.getKey());
                    MesosJson.writeDouble(figure.getValue(), out);
                }
                out.writeEndObject();
            }
            return HttpResponse.json(bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException("printing into memory", e);
        }
    }
}
