package io.stoa.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stoa.agent.Agent;
import io.stoa.master.dev.DevCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Ends all that a cluster runs, which would run on without it, also where a test fails; and sees off what the master
 * does not know any more: tasks of frameworks that are gone.
 */
public record EndOfTasks(DevCluster cluster) implements AutoCloseable {

    private static final long PATIENCE_MS = 20_000;

    @Override
    public void close() {
        assertThat(cluster.endTasks(PATIENCE_MS)).as("all tasks have ended").isTrue();
        cluster.agents()
                .forEach(agent -> await().atMost(Duration.ofMillis(PATIENCE_MS))
                        .untilAsserted(() -> assertThat(containers(agent)).isEqualTo("[]")));
    }

    private static String containers(Agent agent) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + agent.port() + "/containers");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
