package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.reconcile;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.SchedulerClient;
import io.stoa.testing.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class DevRestartTest {

    private static final int TASKS_AN_OFFER = 15;

    @TempDir
    Path directory;

    private Path started;
    private int port;

    @BeforeEach
    void prepare() throws IOException {
        started = Files.createDirectory(directory.resolve("started"));
        port = FreePorts.inARow(3);
    }

    /** Each task writes its pid when it starts; a task that was started twice has written two. */
    @Test
    void aKilledClusterFindsEverythingItAcknowledgedAndLaunchesNothingTwice() throws Exception {
        SchedulerClient before;
        Set<String> running;
        try (StoaProcess cluster = start()) {
            before = subscribed(framework("survivor").build());
            for (Offer offer : before.await(event -> event.getType() == Event.Type.OFFERS)
                    .getOffers()
                    .getOffersList()) {
                launchMany(before, offer);
            }
            SchedulerClient client = before;
            await().until(() -> running(client).size() >= TASKS_AN_OFFER / 2);
            cluster.kill();
            running = running(before);
        }
        assertThat(running).isNotEmpty();

        try (StoaProcess cluster = start();
                SchedulerClient after =
                        subscribed(framework("survivor").setId(before.id()).build())) {
            assertThat(after.id()).isEqualTo(before.id());
            for (String task : running) {
                after.call(reconcile(task));
            }
            for (String task : running) {
                after.awaitState(task, TaskState.TASK_RUNNING);
            }
            List<Long> pids = pids();
            await().until(() -> cluster.said().contains("Stoa is running"));
            assertThat(cluster.terminate()).isEqualTo(143);
            assertThat(cluster.said()).contains("Ending the tasks");
            await().until(() ->
                    pids.stream().noneMatch(pid -> ProcessHandle.of(pid).isPresent()));
        }
        try (Stream<Path> files = Files.list(started)) {
            assertThat(files)
                    .allSatisfy(file -> assertThat(Files.readAllLines(file))
                            .as("starts of %s", file.getFileName())
                            .hasSize(1));
        }
    }

    private StoaProcess start() throws IOException {
        return StoaProcess.dev(directory, port);
    }

    /** Subscribes as soon as the cluster answers. */
    private SchedulerClient subscribed(org.apache.mesos.v1.Protos.FrameworkInfo info) {
        return await().ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> SchedulerClient.subscribe("127.0.0.1:" + port, info), client -> true);
    }

    private void launchMany(SchedulerClient client, Offer offer) throws Exception {
        List<TaskInfo> tasks = new ArrayList<>();
        for (int i = 0; i < TASKS_AN_OFFER; i++) {
            String id = "t" + i + "-" + offer.getAgentId().getValue();
            tasks.add(shellTask(id, offer.getAgentId(), "echo $$ >> " + started.resolve(id) + "; exec sleep 1000"));
        }
        client.launch(offer, tasks);
    }

    private static Set<String> running(SchedulerClient client) {
        Set<String> ids = new HashSet<>();
        for (Event event : client.events()) {
            TaskStatus status = event.getUpdate().getStatus();
            if (event.getType() == Event.Type.UPDATE && status.getState() == TaskState.TASK_RUNNING) {
                ids.add(status.getTaskId().getValue());
            }
        }
        return ids;
    }

    private List<Long> pids() throws IOException {
        List<Long> pids = new ArrayList<>();
        try (Stream<Path> files = Files.list(started)) {
            for (Path file : files.toList()) {
                Files.readAllLines(file).forEach(line -> pids.add(Long.valueOf(line)));
            }
        }
        return pids;
    }
}
