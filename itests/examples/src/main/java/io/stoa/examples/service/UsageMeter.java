package io.stoa.examples.service;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks all agents, again and again, what is used on them. A round takes as long as it takes, with a few agents asked at
 * a time; one that does not answer counts as not measured. Any thread.
 */
final class UsageMeter implements AutoCloseable {

    private static final int AT_A_TIME = 32;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long MAX_ANSWER_BYTES = 16 << 20;

    /** The last two: an answer that is asked for twice measures the time between. */
    private record Measured(UsageSample last, Optional<Usage> usage) {}

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final JsonMapper json = JsonMapper.builder().build();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "usage-meter");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, Measured> measured = new ConcurrentHashMap<>();
    private final Runnable roundEnded;
    private volatile Followed followed = new Followed("", Map.of());
    private CompletableFuture<?> round = CompletableFuture.completedFuture(null);

    /** @param agents where to ask, by agent id */
    record Followed(String schedulerId, Map<String, URI> agents) {

        Followed {
            agents = Map.copyOf(agents);
        }
    }

    /**
     * @param interval between the beginnings of rounds
     * @param roundEnded told after each, on some thread
     */
    UsageMeter(Duration interval, Runnable roundEnded) {
        this.roundEnded = roundEnded;
        timer.scheduleAtFixedRate(this::begin, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Where an agent says what its containers use. */
    static URI statistics(String ip, int port) {
        return URI.create("http://" + ip + ":" + port + "/monitor/statistics");
    }

    /** From now on these are asked, and no others. */
    void follow(Followed those) {
        followed = those;
        measured.keySet().retainAll(those.agents().keySet());
    }

    /** Empty as long as the agent has not answered twice in a row. */
    Optional<Usage> usage(String agentId) {
        return Optional.ofNullable(measured.get(agentId)).flatMap(Measured::usage);
    }

    /** What was measured there is not so any more: it has to answer twice anew. */
    void forget(String agentId) {
        measured.remove(agentId);
    }

    private void begin() {
        if (!round.isDone()) {
            return;
        }
        Followed now = followed;
        Queue<Map.Entry<String, URI>> left =
                new ConcurrentLinkedQueue<>(now.agents().entrySet());
        round = CompletableFuture.allOf(Stream.generate(() -> askNext(left, now.schedulerId()))
                        .limit(AT_A_TIME)
                        .toArray(CompletableFuture[]::new))
                .thenRun(roundEnded);
    }

    /** One after the other until none is left. */
    private CompletableFuture<@Nullable Void> askNext(Queue<Map.Entry<String, URI>> left, String schedulerId) {
        Map.Entry<String, URI> next = left.poll();
        if (next == null) {
            return CompletableFuture.completedFuture(null);
        }
        HttpRequest request =
                HttpRequest.newBuilder(next.getValue()).timeout(PATIENCE).build();
        return http.sendAsync(request, UsageMeter::body)
                .handle((answer, failure) -> failure == null ? sample(answer) : Optional.<UsageSample>empty())
                .thenCompose(sample -> {
                    note(next.getKey(), sample, schedulerId);
                    return askNext(left, schedulerId);
                });
    }

    private static HttpResponse.BodySubscriber<byte[]> body(HttpResponse.ResponseInfo info) {
        boolean tooLarge = info.headers().firstValueAsLong("Content-Length").orElse(0) > MAX_ANSWER_BYTES;
        return tooLarge
                ? HttpResponse.BodySubscribers.replacing(new byte[0])
                : HttpResponse.BodySubscribers.ofByteArray();
    }

    private Optional<UsageSample> sample(HttpResponse<byte[]> answer) {
        if (answer.statusCode() != 200) {
            return Optional.empty();
        }
        try {
            return Optional.of(UsageSample.parse(json.readTree(answer.body())));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void note(String agentId, Optional<UsageSample> sample, String schedulerId) {
        measured.compute(
                agentId,
                (id, before) -> sample.map(last -> new Measured(
                                last,
                                before == null
                                        ? Optional.<Usage>empty()
                                        : Optional.of(last.since(before.last(), schedulerId))))
                        .orElse(null));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
