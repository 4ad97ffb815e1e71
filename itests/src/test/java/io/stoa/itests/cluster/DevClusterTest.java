package io.stoa.itests.cluster;

import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.kill;
import static io.stoa.itests.Fixtures.shellTask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stoa.itests.SchedulerClient;
import io.stoa.master.dev.DevCluster;
import io.stoa.master.dev.DevOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DevClusterTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path data;

    @Test
    void aTaskRunsAndFinishesAndAnotherIsKilled() throws Exception {
        Path written = data.resolve("written");
        try (DevCluster cluster = start();
                SchedulerClient client = SchedulerClient.subscribe(
                        cluster.masterAddress(), framework("launches").build())) {
            Offer offer = client.awaitOffer(any -> true);
            client.launch(
                    offer,
                    List.of(
                            shellTask("short", offer.getAgentId(), "echo ran >> " + written),
                            shellTask("long", offer.getAgentId(), "sleep 1000")));

            client.awaitState("short", TaskState.TASK_FINISHED);
            client.awaitState("long", TaskState.TASK_RUNNING);
            client.call(kill("long"));
            client.awaitState("long", TaskState.TASK_KILLED);

            assertThat(Files.readAllLines(written)).containsExactly("ran");
            await().atMost(PATIENCE)
                    .until(() -> cluster.master().state().snapshot().taskCount() == 0);
        }
    }

    @Test
    void aSecondStartFindsFrameworksAndTasksAgain() throws Exception {
        Path written = data.resolve("written");
        SchedulerClient client;
        try (DevCluster cluster = start()) {
            client = SchedulerClient.subscribe(
                    cluster.masterAddress(), framework("returns").build());
            Offer offer = client.awaitOffer(any -> true);
            client.launch(
                    offer, List.of(shellTask("kept", offer.getAgentId(), "echo ran >> " + written + "; sleep 1000")));
            client.awaitState("kept", TaskState.TASK_RUNNING);
        }
        try (DevCluster cluster = start();
                SchedulerClient again = SchedulerClient.subscribe(
                        cluster.masterAddress(),
                        framework("returns").setId(client.id()).build())) {
            assertThat(again.id()).isEqualTo(client.id());
            await().atMost(PATIENCE)
                    .until(() -> cluster.master().state().snapshot().agents().size() == 1);
            assertThat(cluster.master().state().snapshot().taskCount())
                    .as("tasks after %s", again.events())
                    .isEqualTo(1);
            await().atMost(PATIENCE).until(() -> again.awaitOffer(any -> true) != null);

            assertThat(cluster.endTasks(20_000)).isTrue();
            assertThat(Files.readAllLines(written)).containsExactly("ran");
        }
    }

    @Test
    void aTakenPortIsSaidInOneLine() throws Exception {
        try (DevCluster cluster = start()) {
            int port = cluster.master().address().getPort();

            assertThatThrownBy(() -> DevCluster.start(new DevOptions(0, port, data.resolve("other"))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(":" + port)
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void dataInUseIsSaidInOneLine() throws Exception {
        try (DevCluster cluster = start()) {
            assertThatThrownBy(this::start)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use")
                    .hasMessageNotContaining("\n");
        }
    }

    private DevCluster start() throws IOException {
        return DevCluster.start(new DevOptions(1, 0, data.resolve("cluster")));
    }
}
