package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.decline;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Calls.reconcile;
import static io.stoa.itests.Calls.revive;
import static io.stoa.itests.Calls.suppress;
import static io.stoa.itests.Calls.tearDown;
import static io.stoa.itests.Fixtures.capability;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.kill;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.stoa.itests.SchedulerClient;
import io.stoa.state.resources.Resources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Frameworks that come back, are replaced, stay away or end, and their tasks on a real agent meanwhile. */
@Timeout(180)
class FrameworkLifeTest {

    @TempDir
    static Path directory;

    private static ProcessCluster cluster;
    private static StartedTasks started;
    private static StoaProcess agent;

    @BeforeAll
    static void start() throws Exception {
        started = StartedTasks.in(directory);
        cluster = ProcessCluster.start(directory);
        agent = startAgent();
    }

    private static StoaProcess startAgent() throws IOException {
        return cluster.agent("agent", "--resources=cpus:4;mem:1024;disk:0;ports:[]");
    }

    @AfterEach
    void leaveNothing() throws Exception {
        cluster.tearDownFrameworks();
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    /** Returns when it runs. */
    private static void launched(SchedulerClient client, String task) throws Exception {
        Offer offer = client.awaitOpenOffer(any -> true);
        client.call(
                accept(offer, launch(shellTask(task, offer.getAgentId(), started.noteOf(task) + "; exec sleep 1000"))));
        client.awaitState(task, TaskState.TASK_RUNNING);
        await().until(() -> started.ids().contains(task));
        client.call(suppress());
        for (Offer left : client.openOffers()) {
            client.call(decline(left, 0));
        }
    }

    private static List<String> ids(String path, String list) throws Exception {
        JsonNode all = cluster.get(path).path(list);
        return StreamSupport.stream(all.spliterator(), false)
                .map(each -> each.path("id").asText())
                .toList();
    }

    @Test
    void theNewestSubscriptionWinsAndKeepsTheTasks() throws Exception {
        FrameworkInfo.Builder info = framework("twice");
        try (SchedulerClient first = cluster.subscribe(info)) {
            launched(first, "kept");
            try (SchedulerClient second = cluster.subscribe(info.setId(first.id()))) {
                assertThat(first.await(event -> event.getType() == Event.Type.ERROR)
                                .getError()
                                .getMessage())
                        .isEqualTo("Framework failed over");
                await().until(first::hasEnded);
                assertThatThrownBy(() -> first.call(kill("kept")))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("400");
                assertThat(second.id()).isEqualTo(first.id());
                second.awaitOpenOffer(any -> true);
                second.call(kill("kept"));
                second.awaitState("kept", TaskState.TASK_KILLED);
            }
        }
    }

    /** A new leader waits for frameworks as long as they say, and at least as long as for agents. */
    @Test
    void whoStaysAwayForTooLongEndsWithItsTasksEvenWhenTheMasterIsAnotherByThen() throws Exception {
        try (SchedulerClient patient = cluster.subscribe(framework("patient"));
                SchedulerClient impatient =
                        cluster.subscribe(framework("impatient").setFailoverTimeout(3))) {
            launched(patient, "stays");
            launched(impatient, "goes");
            cluster.killMaster();

            cluster.restartMaster("--agent_reregister_timeout=6secs");
            String gone = impatient.id().getValue();
            await().untilAsserted(() -> assertThat(started.running()).containsOnlyKeys("stays"));
            assertThat(ids("/frameworks", "frameworks"))
                    .contains(patient.id().getValue())
                    .doesNotContain(gone);
            assertThat(ids("/frameworks", "completed_frameworks")).contains(gone);
            try (SchedulerClient again = cluster.subscribe(framework("patient").setId(patient.id()))) {
                again.call(reconcile("stays"));
                again.awaitState("stays", TaskState.TASK_RUNNING);
            }
            FrameworkInfo removed = framework("impatient").setId(impatient.id()).build();
            assertThatThrownBy(() -> SchedulerClient.subscribe(cluster.address(), removed))
                    .hasMessageContaining("ERROR");
        }
    }

    @Test
    void whoAsksForNoFailoverTimeEndsWithItsStreamAndWhoIsTornDownAtOnce() throws Exception {
        try (SchedulerClient stays = cluster.subscribe(framework("stays"))) {
            launched(stays, "of-other");
            try (SchedulerClient streaming =
                    cluster.subscribe(framework("streaming").setFailoverTimeout(0))) {
                launched(streaming, "of-stream");
            }
            await().untilAsserted(() -> assertThat(started.running()).containsOnlyKeys("of-other"));
            try (SchedulerClient ends = cluster.subscribe(framework("ends"))) {
                launched(ends, "of-ended");
                ends.call(tearDown());
                await().until(ends::hasEnded);
                await().untilAsserted(() -> assertThat(started.running()).containsOnlyKeys("of-other"));
                assertThat(ids("/frameworks", "completed_frameworks"))
                        .contains(ends.id().getValue());
            }
            stays.call(revive());
            stays.awaitOpenOffer(
                    offer -> Resources.of(offer.getResourcesList()).contains(Resources.parse("cpus:3.9;mem:992")));
        }
    }

    @Test
    void onlyWhatIsCheckpointedOutlivesTheAgentsProcess() throws Exception {
        try (SchedulerClient lasting = cluster.subscribe(framework("lasting"));
                SchedulerClient fleeting = cluster.subscribe(framework("fleeting")
                        .addCapabilities(capability(Capability.Type.PARTITION_AWARE))
                        .setCheckpoint(false))) {
            launched(lasting, "lasts");
            launched(fleeting, "is-lost");
            fleeting.call(revive());
            Offer offer = fleeting.awaitOpenOffer(any -> true);

            agent.kill();

            TaskStatus lost = fleeting.awaitState("is-lost", TaskState.TASK_LOST);
            assertThat(lost.getReason()).isEqualTo(TaskStatus.Reason.REASON_AGENT_DISCONNECTED);
            assertThat(lost.getMessage()).isEqualTo("Agent 127.0.0.1 disconnected");
            await().until(() -> fleeting.openOffers().isEmpty());
            fleeting.call(accept(offer, launch(shellTask("late", offer.getAgentId(), "true"))));
            assertThat(fleeting.awaitState("late", TaskState.TASK_DROPPED).getReason())
                    .isEqualTo(TaskStatus.Reason.REASON_INVALID_OFFERS);

            agent = startAgent();
            await().untilAsserted(() -> assertThat(started.running()).containsOnlyKeys("lasts"));
            fleeting.awaitOpenOffer(any -> true);
            assertThat(fleeting.reconcile("never-there", offer.getAgentId())).isEqualTo(TaskState.TASK_GONE);
            assertThat(lasting.reconcile("lasts", offer.getAgentId())).isEqualTo(TaskState.TASK_RUNNING);
            lasting.call(kill("lasts"));
            lasting.awaitState("lasts", TaskState.TASK_KILLED);
        }
    }

    @Test
    void reconciliationTellsOfAllTasksOrOfThoseThatAreAskedFor() throws Exception {
        for (boolean aware : List.of(true, false)) {
            FrameworkInfo.Builder info = framework("asks");
            if (aware) {
                info.addCapabilities(capability(Capability.Type.PARTITION_AWARE));
            }
            try (SchedulerClient client = cluster.subscribe(info)) {
                String one = "one-" + aware;
                String two = "two-" + aware;
                launched(client, one);
                client.call(revive());
                launched(client, two);
                client.call(revive());
                Offer offer = client.awaitOpenOffer(any -> true);
                client.call(accept(offer, launch(shellTask("ended", offer.getAgentId(), "true"))));
                client.awaitState("ended", TaskState.TASK_FINISHED);
                // Known until its acknowledgement has come.
                await().until(() -> client.reconcile("ended", offer.getAgentId()) != TaskState.TASK_FINISHED);

                int before = client.events().size();
                client.call(reconcile());
                awaitReconciled(client, before, Map.of(one, TaskState.TASK_RUNNING, two, TaskState.TASK_RUNNING));
                before = client.events().size();
                client.call(reconcile(one, "nobody's", "ended"));
                TaskState unknown = aware ? TaskState.TASK_UNKNOWN : TaskState.TASK_LOST;
                awaitReconciled(
                        client, before, Map.of(one, TaskState.TASK_RUNNING, "nobody's", unknown, "ended", unknown));
                client.call(tearDown());
            }
        }
    }

    private static void awaitReconciled(SchedulerClient client, int behind, Map<String, TaskState> expected) {
        await().untilAsserted(() -> {
            Map<String, TaskState> told = new TreeMap<>();
            for (Event event : client.events().subList(behind, client.events().size())) {
                TaskStatus status = event.getUpdate().getStatus();
                if (status.getReason() == TaskStatus.Reason.REASON_RECONCILIATION) {
                    told.put(status.getTaskId().getValue(), status.getState());
                }
            }
            assertThat(told).isEqualTo(expected);
        });
    }
}
