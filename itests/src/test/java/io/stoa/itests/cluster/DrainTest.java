package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Fixtures.capability;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stoa.itests.SchedulerClient;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.DurationInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A host is drained before it is taken away, and the master is killed meanwhile. */
@Timeout(180)
class DrainTest {

    /** Deaf when there is one file, it ends when there is another. */
    private static final String STUBBORN = "trap '' TERM; touch %s; while ! [ -e %s ]; do sleep 0.1; done";

    private static final int HOUR_S = 3_600;

    @TempDir
    Path directory;

    @Test
    void aHostIsDrainedThroughAFailoverAndReactivatedAndAtLastGivenUp() throws Exception {
        try (ProcessCluster cluster = ProcessCluster.start(directory)) {
            StoaProcess agent = cluster.agent("one", "--resources=cpus:4;mem:4096;disk:1024;ports:[31000-31099]");
            FrameworkInfo.Builder info = framework("web").addCapabilities(capability(Capability.Type.PARTITION_AWARE));
            Path deaf = directory.resolve("deaf");
            Path end = directory.resolve("end");
            AgentID id;
            SchedulerClient first = cluster.subscribe(info);
            try (first) {
                Offer offer = first.awaitOpenOffer(any -> true);
                id = offer.getAgentId();
                first.call(accept(
                        offer,
                        launch(
                                shellTask("willing", id, "exec sleep 1000"),
                                patient(shellTask("stubborn", id, STUBBORN.formatted(deaf, end))))));
                first.awaitState("willing", TaskState.TASK_RUNNING);
                first.awaitState("stubborn", TaskState.TASK_RUNNING);
                await().until(() -> Files.exists(deaf));
                Offer rest = first.awaitOpenOffer(any -> true);

                cluster.stoa("agents", "drain", id.getValue(), "--max-grace-period=1000");

                first.await(event -> event.getType() == Event.Type.RESCIND
                        && event.getRescind().getOfferId().equals(rest.getId()));
                assertKilledByDrain(first.awaitState("willing", TaskState.TASK_KILLED));
                assertThat(first.openOffers()).isEmpty();
                assertThat(shown(cluster).path("drain_info").path("state").asText())
                        .isEqualTo("DRAINING");
            }
            cluster.killMaster();
            cluster.restartMaster();
            Files.createFile(end);

            try (SchedulerClient again = cluster.subscribe(info.clone().setId(first.id()))) {
                assertKilledByDrain(again.awaitState("stubborn", TaskState.TASK_KILLED));
                awaitState(cluster, "DRAINED");
                assertThat(shown(cluster).path("id").asText()).isEqualTo(id.getValue());
                assertThat(cluster.stoa("agents")).contains(" drained ");
                assertThat(again.events()).noneMatch(event -> event.getType() == Event.Type.OFFERS);

                cluster.stoa("agents", "reactivate", id.getValue());
                Offer offer = again.awaitOpenOffer(any -> true);
                assertThat(offer.getAgentId()).isEqualTo(id);
                Path deafAgain = directory.resolve("deaf-again");
                String endless = STUBBORN.formatted(deafAgain, directory.resolve("never"));
                again.call(accept(offer, launch(patient(shellTask("last", id, endless)))));
                again.awaitState("last", TaskState.TASK_RUNNING);
                await().until(() -> Files.exists(deafAgain));

                cluster.stoa("agents", "drain", id.getValue(), "--max-grace-period=1", "--mark-gone");
                TaskStatus last = again.awaitState("last", TaskState.TASK_GONE_BY_OPERATOR);
                assertThat(last.getReason()).isEqualTo(TaskStatus.Reason.REASON_AGENT_DRAINING);
                await().until(() -> !agent.isAlive());
                assertThat(cluster.get("/slaves").path("slaves")).isEmpty();
                cluster.awaitNothingRuns();
            }
        }
    }

    private static TaskInfo patient(TaskInfo task) {
        return task.toBuilder()
                .setKillPolicy(KillPolicy.newBuilder()
                        .setGracePeriod(DurationInfo.newBuilder().setNanoseconds(HOUR_S * 1_000_000_000L)))
                .build();
    }

    private static void assertKilledByDrain(TaskStatus status) {
        assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_AGENT_DRAINING);
        assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_EXECUTOR);
    }

    private static JsonNode shown(ProcessCluster cluster) throws Exception {
        return cluster.get("/slaves").path("slaves").path(0);
    }

    private static void awaitState(ProcessCluster cluster, String state) {
        await().untilAsserted(() -> assertThat(
                        shown(cluster).path("drain_info").path("state").asText())
                .isEqualTo(state));
    }
}
