package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Calls.tearDown;
import static io.stoa.itests.Fixtures.capability;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.kill;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stoa.itests.SchedulerClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several frameworks are offered the same resources of a real cluster. */
@Timeout(180)
class OptimisticOffersTest {

    private static final int CONTENDERS = 8;
    private static final int WINS = 60;
    private static final double CPUS = 2;

    @TempDir
    Path directory;

    private ProcessCluster start(String... masterFlags) throws Exception {
        ProcessCluster cluster = ProcessCluster.start(directory, masterFlags);
        startAgents(cluster);
        return cluster;
    }

    private static void startAgents(ProcessCluster cluster) throws IOException {
        cluster.agent("one", "--resources=cpus:" + CPUS + ";mem:512;disk:0;ports:[]");
        cluster.agent("two", "--resources=cpus:" + CPUS + ";mem:512;disk:0;ports:[]");
    }

    @Test
    void ofManyWhoWantTheSameExactlyOneWinsAndEveryLoserIsToldOnceAndOfferedAgain() throws Exception {
        List<Contender> contenders = new ArrayList<>();
        try (ProcessCluster cluster = start("--offers=optimistic");
                Samples samples =
                        Samples.of(cluster, "/slaves", (before, answer) -> assertThatNoMoreIsUsedThanThereIs(answer))) {
            for (int i = 0; i < CONTENDERS; i++) {
                FrameworkInfo.Builder info = framework("contender-" + i, "team-" + i);
                if (i % 2 == 0) {
                    info.addCapabilities(capability(Capability.Type.PARTITION_AWARE));
                }
                contenders.add(new Contender(info.getName(), cluster.subscribe(info)));
            }
            await().until(() -> contenders.stream().mapToInt(Contender::won).sum() >= WINS
                    && contenders.stream().allMatch(contender -> contender.won() > 0));
            contenders.forEach(Contender::rest);
            await().until(() -> contenders.stream().allMatch(contender -> contender.open() == 0));
            assertThat(samples.count()).isPositive();
        }
        contenders.forEach(Contender::assertThatEachWasToldOnce);
        assertThat(contenders.stream().mapToInt(Contender::lost).sum()).isPositive();
        for (Contender contender : contenders) {
            contender.close();
        }
    }

    private static void assertThatNoMoreIsUsedThanThereIs(JsonNode answer) {
        for (JsonNode agent : answer.path("slaves")) {
            assertThat(agent.at("/used_resources/cpus").asDouble()).isLessThanOrEqualTo(CPUS);
        }
    }

    /** The label alone, at a master that offers exclusively. */
    @Test
    void twoWhoAskForItSeeTheSameAndTheSlowerOneIsToldAndServedWhenItComesFree() throws Exception {
        try (ProcessCluster cluster = ProcessCluster.start(directory);
                SchedulerClient one = cluster.subscribe(optimist("one"));
                SchedulerClient two = cluster.subscribe(optimist("two"));
                SchedulerClient exclusive = cluster.subscribe(framework("exclusive", "exclusive"))) {
            startAgents(cluster);
            await().until(() -> exclusive.openOffers().size() == 2);
            assertThat(one.openOffers()).isEmpty();
            exclusive.call(tearDown());
            await().until(() -> one.openOffers().size() == 2 && two.openOffers().size() == 2);
            Offer ofOne = one.openOffers().get(0);
            Offer ofTwo = two.awaitOpenOffer(offer -> offer.getAgentId().equals(ofOne.getAgentId()));
            assertThat(ofTwo.getId()).isNotEqualTo(ofOne.getId());

            one.call(accept(
                    ofOne,
                    launch(shellTask("first", ofOne.getAgentId(), "exec sleep 1000", ofOne.getResourcesList()))));
            one.awaitState("first", TaskState.TASK_RUNNING);
            two.await(event -> event.getType() == Event.Type.RESCIND
                    && event.getRescind().getOfferId().equals(ofTwo.getId()));
            two.call(accept(
                    ofTwo,
                    launch(shellTask("second", ofTwo.getAgentId(), "exec sleep 1000", ofTwo.getResourcesList()))));
            assertThat(two.awaitState("second", TaskState.TASK_LOST).getMessage())
                    .isEqualTo("Task launched with invalid offers: Offer "
                            + ofTwo.getId().getValue() + " is no longer valid");

            one.call(kill("first"));
            Offer again = two.awaitOpenOffer(offer -> offer.getAgentId().equals(ofOne.getAgentId()));
            two.call(accept(again, launch(shellTask("third", again.getAgentId(), "true", again.getResourcesList()))));
            two.awaitState("third", TaskState.TASK_FINISHED);
        }
    }

    private static FrameworkInfo.Builder optimist(String name) {
        FrameworkInfo.Builder info = framework(name, name);
        info.getLabelsBuilder()
                .addLabels(Label.newBuilder().setKey("stoa.offers").setValue("optimistic"));
        return info;
    }
}
