package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Calls.tearDown;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.SchedulerClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Flags by which operators say who is offered, and how much is remembered. */
@Timeout(180)
class SchedulingFlagsTest {

    private static final String RESOURCES = "--resources=cpus:1;mem:512;disk:0;ports:[]";

    @TempDir
    Path directory;

    private Path whitelist = Path.of("");
    private ProcessCluster cluster;

    @BeforeEach
    void start() throws Exception {
        whitelist = Files.writeString(directory.resolve("hosts"), "listed.example\n");
        cluster = ProcessCluster.start(
                directory,
                "--whitelist=file://" + whitelist,
                "--max_completed_tasks_per_framework=1",
                "--max_completed_frameworks=1");
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void onlyListedHostsAreOffered() throws Exception {
        cluster.agent("unlisted", RESOURCES, "--hostname=unlisted.example");
        await().until(() -> cluster.get("/slaves").path("slaves").size() == 1);
        try (SchedulerClient client = cluster.subscribe(framework("f", "a"))) {
            cluster.agent("listed", RESOURCES, "--hostname=listed.example");
            client.awaitOpenOffer(offer -> offer.getHostname().equals("listed.example"));
            assertThat(client.openOffers()).extracting(Offer::getHostname).containsExactly("listed.example");
            assertThat(cluster.get("/allocator/offer_constraints_debug").path("frameworks"))
                    .hasSize(1);

            Files.writeString(whitelist, "unlisted.example\n");
            client.awaitOpenOffer(offer -> offer.getHostname().equals("unlisted.example"));
        }
    }

    @Test
    void noMoreIsRememberedOfWhatIsOverThanAsked() throws Exception {
        cluster.agent("listed", RESOURCES, "--hostname=listed.example");
        for (String name : List.of("first", "second")) {
            try (SchedulerClient client = cluster.subscribe(framework(name, "a"))) {
                for (String task : List.of("one", "two")) {
                    Offer offer = client.awaitOpenOffer(any -> true);
                    client.call(accept(offer, launch(shellTask(task, offer.getAgentId(), "true"))));
                    client.awaitState(task, TaskState.TASK_FINISHED);
                }
                await().untilAsserted(() -> assertThat(cluster.get("/frameworks")
                                .at("/frameworks/0/completed_tasks")
                                .findValuesAsText("id"))
                        .containsExactly("two"));
                client.call(tearDown());
            }
        }
        await().untilAsserted(() -> assertThat(
                        cluster.get("/frameworks").path("completed_frameworks").findValuesAsText("name"))
                .contains("second")
                .doesNotContain("first"));
    }
}
