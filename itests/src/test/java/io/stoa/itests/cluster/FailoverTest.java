package io.stoa.itests.cluster;

import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.kill;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.Agent;
import io.stoa.cli.Stoa;
import io.stoa.itests.SchedulerClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class FailoverTest {

    /** One: each has threads of its own for as long as it is not collected. */
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    @Test
    void aSecondMasterTakesOverWhereAKilledOneStopped() throws Exception {
        Path written = directory.resolve("written");
        try (Candidates candidates = Candidates.at(directory);
                StoaProcess first = candidates.master("first")) {
            String firstAddress = candidates.awaitLeader();
            try (StoaProcess second = candidates.master("second");
                    Agent agent = candidates.agent();
                    SchedulerClient before =
                            subscribed(firstAddress, framework("survivor").build())) {
                String standby = Candidates.awaitAddress(second);
                // It has first to learn who leads.
                await().untilAsserted(() -> assertThatItSendsClientsTo(firstAddress, standby));
                Offer offer = before.awaitOffer(any -> true);
                before.launch(
                        offer,
                        List.of(shellTask("kept", offer.getAgentId(), "echo ran >> " + written + "; sleep 1000")));
                before.awaitState("kept", TaskState.TASK_RUNNING);

                first.kill();

                String secondAddress = candidates.awaitLeaderOtherThan(firstAddress);
                try (SchedulerClient after = subscribed(
                        secondAddress, framework("survivor").setId(before.id()).build())) {
                    Offer next = after.awaitOffer(any -> true);
                    assertThat(next.getAgentId()).isEqualTo(offer.getAgentId());
                    after.launch(next, List.of(shellTask("later", next.getAgentId(), "true")));
                    after.awaitState("later", TaskState.TASK_FINISHED);
                    after.call(kill("kept"));
                    after.awaitState("kept", TaskState.TASK_KILLED);
                }
                assertThat(Files.readAllLines(written)).containsExactly("ran");
            }
        }
    }

    @Test
    void whoIsElectedWhileItRehearsesLeadsTheRealCluster() throws Exception {
        try (Candidates candidates = Candidates.at(directory);
                StoaProcess first = candidates.master("first")) {
            String firstAddress = candidates.awaitLeader();
            try (StoaProcess second = candidates.rehearsingMaster("second");
                    Agent agent = candidates.agent()) {
                awaitAgents(firstAddress, 1);
                await().until(() -> second.said().contains("Rehearsal begins"));

                first.kill();

                String secondAddress = candidates.awaitLeaderOtherThan(firstAddress);
                awaitAgents(secondAddress, 1);
                await().until(() -> second.said().contains("Rehearsal ended"));
                assertThat(second.said()).contains(" agents=1 frameworks=0 tasks=0");
            }
        }
    }

    /** Also waits until the master serves. */
    private static void awaitAgents(String master, int count) {
        HttpRequest figures = HttpRequest.newBuilder(URI.create("http://" + master + "/metrics/snapshot"))
                .build();
        await().until(
                        () -> HTTP.send(figures, HttpResponse.BodyHandlers.ofString())
                                .body(),
                        body -> body.contains("\"master/slaves_active\":" + count + ".0"));
    }

    @Test
    void aRunGoesOnWithTheNextLeaderAndEveryCommandFindsIt() throws Exception {
        Path go = directory.resolve("go");
        try (Candidates candidates = Candidates.at(directory);
                StoaProcess first = candidates.master("first")) {
            String firstAddress = candidates.awaitLeader();
            String byZooKeeper = "--master=" + candidates.url();
            try (StoaProcess second = candidates.master("second");
                    Agent agent = candidates.agent();
                    StoaProcess run = stoa(
                            "run",
                            byZooKeeper,
                            "echo before; while ! [ -e " + go + " ]; do sleep 0.1; done; echo after; exit 9")) {
                await().until(() -> run.said().contains("before\n"));
                String standby = "--master=" + Candidates.awaitAddress(second);
                await().untilAsserted(() -> assertThatItLists(standby, "RUNNING"));

                first.kill();

                candidates.awaitLeaderOtherThan(firstAddress);
                await().until(() -> run.said().contains("subscribing again"));
                await().untilAsserted(() -> assertThatItLists(byZooKeeper, "RUNNING"));
                assertThat(go.toFile().createNewFile()).isTrue();
                assertThat(run.await()).as(run.said()).isEqualTo(9);
                assertThat(run.said()).contains("after\n");
            }
        }
    }

    private void assertThatItLists(String master, String expected) throws Exception {
        try (StoaProcess tasks = stoa("tasks", master)) {
            assertThat(tasks.await()).as(tasks.said()).isZero();
            assertThat(tasks.said()).contains(expected);
        }
    }

    private StoaProcess stoa(String command, String... arguments) throws IOException {
        Path said = Files.createTempFile(directory, command, ".said");
        return StoaProcess.start(
                said,
                Stoa.class,
                Stream.concat(Stream.of(command), Stream.of(arguments)).toArray(String[]::new));
    }

    private void assertThatItSendsClientsTo(String expected, String standby) throws Exception {
        HttpResponse<Void> response = HTTP.send(
                HttpRequest.newBuilder(URI.create("http://" + standby + "/state?x=1"))
                        .build(),
                HttpResponse.BodyHandlers.discarding());
        assertThat(response.statusCode()).isEqualTo(307);
        assertThat(response.headers().firstValue("Location")).contains("//" + expected + "/master/state?x=1");
    }

    /** Subscribes as soon as the master, which has just been elected, serves. */
    private static SchedulerClient subscribed(String master, FrameworkInfo info) {
        return await().ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> SchedulerClient.subscribe(master, info), client -> true);
    }
}
