package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stoa.itests.SchedulerClient;
import io.stoa.testing.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sandboxes that nobody uses any more, on a real agent's disk. */
@Timeout(120)
class OldSandboxesTest {

    private static final String RESOURCES = "--resources=cpus:4;mem:1024;disk:1024";
    private static final String STAYS = "exec sleep 1000";

    @TempDir
    Path directory;

    private final int port = FreePorts.next();

    @Test
    void theyGoWhenTheyAreOldAndCanBeReadNoMore() throws Exception {
        try (ProcessCluster cluster = ProcessCluster.start(directory);
                SchedulerClient client = cluster.subscribe(framework("f"))) {
            StoaProcess agent = cluster.agent("agent", "--port=" + port, RESOURCES, "--gc_delay=1secs");
            run(client, "stays", STAYS);
            run(client, "ends", "while [ ! -e go ]; do sleep 0.1; done");
            client.awaitState("ends", TaskState.TASK_RUNNING);
            client.awaitState("stays", TaskState.TASK_RUNNING);
            Path old = sandbox("ends").toRealPath();
            assertThat(status(cluster, old)).isEqualTo(200);

            Files.createFile(old.resolve("go"));
            client.awaitState("ends", TaskState.TASK_FINISHED);

            Path executor = old.resolve("../..").normalize();
            await().untilAsserted(() -> assertThat(executor).doesNotExist());
            assertThat(status(cluster, old)).isEqualTo(404);
            assertThat(status(cluster, sandbox("stays").toRealPath())).isEqualTo(200);
            // It is counted when all of it is over, which is later than it is gone.
            await().untilAsserted(() -> assertThat(cluster.ask("127.0.0.1:" + port, "/metrics/snapshot")
                            .body())
                    .contains("\"gc/path_removals_succeeded\":1.0", "\"gc/path_removals_failed\":0.0"));
            assertThat(agent.isAlive()).as(agent.said()).isTrue();
        }
    }

    private int status(ProcessCluster cluster, Path sandbox) throws Exception {
        return cluster.ask("127.0.0.1:" + port, "/files/browse?path=" + sandbox).statusCode();
    }

    @Test
    void theyGoSoonerWhenTheDiskIsFull() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can mount");
        Path workDir = Files.createDirectory(directory.resolve("agent"));
        shell("mount", "-t", "tmpfs", "-o", "size=16m", "stoa-test", workDir.toString());
        try (ProcessCluster cluster = ProcessCluster.start(directory);
                SchedulerClient client = cluster.subscribe(framework("f"))) {
            StoaProcess agent = cluster.agent("agent", RESOURCES, "--gc_delay=1weeks", "--disk_watch_interval=100ms");
            run(client, "stays", STAYS);
            run(client, "small", "echo > file");
            client.awaitState("small", TaskState.TASK_FINISHED);
            client.awaitState("stays", TaskState.TASK_RUNNING);
            Path small = sandbox("small").toRealPath();

            run(client, "large", "head -c 16000000 /dev/zero > file; while [ ! -e go ]; do sleep 0.1; done");
            client.awaitState("large", TaskState.TASK_RUNNING);
            await().untilAsserted(() -> assertThat(small).doesNotExist());
            Path large = sandbox("large").toRealPath();
            assertThat(large.resolve("file")).exists();

            Files.createFile(large.resolve("go"));
            client.awaitState("large", TaskState.TASK_FINISHED);
            await().untilAsserted(() -> assertThat(large).doesNotExist());
            assertThat(sandbox("stays")).isDirectory();
            assertThat(agent.isAlive()).as(agent.said()).isTrue();
        } finally {
            shell("umount", "--lazy", workDir.toString());
        }
    }

    private static void run(SchedulerClient client, String id, String command) throws Exception {
        Offer offer = client.awaitOpenOffer(any -> true);
        client.call(accept(offer, launch(shellTask(id, offer.getAgentId(), command))));
    }

    private Path sandbox(String taskId) throws IOException {
        return StartedTasks.sandbox(directory.resolve("agent"), taskId);
    }

    private static void shell(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                .as(List.of(command).toString())
                .isZero();
    }
}
