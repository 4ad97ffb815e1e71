package io.stoa.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.http.HttpStream;
import io.stoa.time.ManualTime;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class MetricsEndpointTest {

    private static final String FIGURES = "{\"master/elected\":1.0,\"master/uptime_secs\":0.5}";

    private final ManualTime time = new ManualTime(0);
    private final List<String> answers = new ArrayList<>();
    private CompletableFuture<SortedMap<String, Double>> figures =
            CompletableFuture.completedFuture(new TreeMap<>(Map.of("master/uptime_secs", 0.5, "master/elected", 1.0)));
    private final MetricsEndpoint endpoint = new MetricsEndpoint(() -> figures, time, Runnable::run);

    @Test
    void figuresAreSortedByName() {
        ask("");
        assertThat(answers).containsExactly("200 " + FIGURES);
    }

    @Test
    void whoAsksMoreThanTwiceASecondWaitsForHisTurn() {
        for (int i = 0; i < 3; i++) {
            ask("");
        }
        assertThat(answers).hasSize(1);
        time.advance(499);
        assertThat(answers).hasSize(1);
        time.advance(1);
        assertThat(answers).hasSize(2);
        time.advance(500);
        assertThat(answers).hasSize(3).containsOnly("200 " + FIGURES);
    }

    @Test
    void turnsThatNobodyTookAreNotSavedUp() {
        time.advance(10_000);
        ask("");
        ask("");
        assertThat(answers).hasSize(1);
    }

    @Test
    void aTimeoutThatIsNoneIsRefusedAtOnceAndTakesNoTurn() {
        ask("timeout=nonsense");
        ask("timeout=1secs");
        assertThat(answers)
                .containsExactly("400 Invalid timeout 'nonsense': Failed to convert '' to number.\n", "200 " + FIGURES);
    }

    @Test
    void whatIsNotThereInTimeIsLeftOut() {
        figures = new CompletableFuture<>();
        ask("timeout=100ms");
        time.advance(99);
        assertThat(answers).isEmpty();
        time.advance(1);
        assertThat(answers).containsExactly("200 {}");
        figures.complete(new TreeMap<>());
        assertThat(answers).hasSize(1);
    }

    @Test
    void aFailureIsAnswered() {
        figures = CompletableFuture.failedFuture(new IllegalStateException("broken on purpose"));
        ask("");
        assertThat(answers).singleElement().asString().startsWith("500 Internal error: ");
    }

    private void ask(String query) {
        endpoint.handle(
                new HttpRequest(
                        "GET",
                        "/metrics/snapshot",
                        query,
                        new DefaultHttpHeaders(),
                        new byte[0],
                        new InetSocketAddress(0)),
                new Answer());
    }

    private final class Answer implements HttpReply {

        @Override
        public Executor eventLoop() {
            return Runnable::run;
        }

        @Override
        public void send(HttpResponse response) {
            answers.add(response.status() + " " + new String(response.body(), UTF_8));
        }

        @Override
        public HttpStream stream(HttpResponse head, Runnable closed) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void send(HttpResponse head, long length, InputStream body, Executor reader) {
            throw new UnsupportedOperationException();
        }
    }
}
