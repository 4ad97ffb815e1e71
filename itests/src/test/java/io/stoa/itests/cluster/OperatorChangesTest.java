package io.stoa.itests.cluster;

import static io.stoa.itests.Fixtures.framework;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.SchedulerClient;
import io.stoa.master.dev.DevCluster;
import io.stoa.master.dev.DevOptions;
import io.stoa.state.model.AgentId;
import io.stoa.state.resources.Resources;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What operators change reaches frameworks, agents and the next start of the cluster. */
@Timeout(120)
class OperatorChangesTest {

    @TempDir
    Path data;

    @Test
    void whatIsReservedIsOfferedToOthersNoMoreAndSurvivesARestart() throws Exception {
        AgentId agent;
        try (DevCluster cluster = start();
                SchedulerClient client = SchedulerClient.subscribe(
                        cluster.masterAddress(), framework("offered").build())) {
            Offer offer = client.awaitOffer(any -> true);
            agent = new AgentId(offer.getAgentId().getValue());
            assertThat(reserve(cluster, agent).statusCode()).isEqualTo(202);
            client.await(event -> event.getType() == Event.Type.RESCIND
                    && event.getRescind().getOfferId().equals(offer.getId()));
            Offer rest = client.awaitOffer(other -> !other.getId().equals(offer.getId()));
            assertThat(Resources.of(rest.getResourcesList()).scalarMilli("cpus"))
                    .isEqualTo(Resources.of(offer.getResourcesList()).scalarMilli("cpus") - 100);
        }
        try (DevCluster again = start()) {
            await().untilAsserted(() -> assertThat(reserved(again, agent)).isEqualTo(100));
        }
    }

    @Test
    void aFrameworkThatIsTornDownIsSentAway() throws Exception {
        try (DevCluster cluster = start();
                SchedulerClient client = SchedulerClient.subscribe(
                        cluster.masterAddress(), framework("ended").build())) {
            HttpResponse<String> answer = post(
                    cluster,
                    "/teardown",
                    "application/x-www-form-urlencoded",
                    "frameworkId=" + client.id().getValue());
            assertThat(answer.statusCode()).isEqualTo(200);
            await().until(client::hasEnded);
        }
    }

    private DevCluster start() throws Exception {
        return DevCluster.start(new DevOptions(1, 0, data));
    }

    private static long reserved(DevCluster cluster, AgentId agent) {
        Resources ops = cluster.master()
                .state()
                .snapshot()
                .agent(agent)
                .map(known -> known.total().reservations().getOrDefault("ops", Resources.EMPTY))
                .orElse(Resources.EMPTY);
        return ops.scalarMilli("cpus");
    }

    private static HttpResponse<String> reserve(DevCluster cluster, AgentId agent) throws Exception {
        String call = "{\"type\":\"RESERVE_RESOURCES\",\"reserve_resources\":{\"agent_id\":{\"value\":\"" + agent
                + "\"},\"resources\":[{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":0.1},"
                + "\"reservations\":[{\"type\":\"DYNAMIC\",\"role\":\"ops\"}]}]}}";
        return post(cluster, "/api/v1", "application/json", call);
    }

    private static HttpResponse<String> post(DevCluster cluster, String path, String type, String body)
            throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + cluster.masterAddress() + path))
                                .header("Content-Type", type)
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString());
    }
}
