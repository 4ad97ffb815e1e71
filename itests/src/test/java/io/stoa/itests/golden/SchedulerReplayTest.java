package io.stoa.itests.golden;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.authentication.AuthenticationConfig;
import io.stoa.authentication.BasicAuthentication;
import io.stoa.authentication.Credentials;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All at once: they mostly wait for one thread after the other to have nothing left to do. */
@Execution(ExecutionMode.CONCURRENT)
class SchedulerReplayTest {

    /**
     * @param firstCycle when the recorded allocator's first cycle ran, in seconds
     * @param agents how many agents there were
     */
    @ParameterizedTest
    @CsvSource({
        "01-subscribe-launch-command-task-json.txt, 0.863, 2",
        "02-launch-group-default-executor.txt, 0.648, 2",
        "03-reserve-create-destroy-unreserve.txt, 0.638, 2",
        "04-decline-filters-suppress-revive.txt, 0.635, 2",
        "05-reconcile-and-kill.txt, 0.090, 2",
        "06-task-validation-failures.txt, 0.163, 2",
        "07-framework-failover.txt, 0.683, 2",
        "08-errors.txt, 0.5, 2",
        "09-subscribe-launch-protobuf.txt, 0.426, 2",
        "10-rescind-inverse-offers-agent-loss.txt, 0.442, 2",
        "11-custom-executor-failure.txt, 0.467, 2",
        "12-master-aborts.txt, 0.5, 0",
        "13-agent-loss-with-checkpointing.txt, 0.807, 2",
        "14-several-roles-suppress-update-framework.txt, 0.632, 2",
        "15-cpp-client-mesos-execute.txt, 0.5, 1"
    })
    void theRecordingIsAnsweredAlike(String recording, double firstCycle, int agents) throws Exception {
        replay(recording, firstCycle, agents, AuthenticationConfig.NONE);
    }

    @Test
    void theRecordingOfFrameworksThatAuthenticateIsAnsweredAlike() throws Exception {
        Credentials credentials = Credentials.of(Map.of("golden", "golden-secret", "agentp", "agent-secret"));
        BasicAuthentication guard = new BasicAuthentication(AuthenticationConfig.SCHEDULER_REALM, credentials);
        replay(
                "16-http-authentication.txt",
                0.5,
                1,
                new AuthenticationConfig(credentials, false, 15_000, Optional.of(guard)));
    }

    private static void replay(String recording, double firstCycle, int agents, AuthenticationConfig authentication)
            throws Exception {
        List<Block> blocks = Recording.edited(recording);
        List<Difference> differences;
        try (ReplayCluster cluster = new ReplayCluster(AgentScript.of(blocks), agents, authentication)) {
            differences = Replay.run(blocks, cluster, firstCycle);
        }
        KnownDifferences known = KnownDifferences.of(recording);
        assertThat(known.unlisted(differences)).isEmpty();
        assertThat(known.gone(differences)).isEmpty();
    }

    /** MESSAGE is in no recording; inverse offers belong to maintenance, which is not built yet. */
    @Test
    void everyTypeOfEventIsAmongWhatIsReplayed() throws Exception {
        Set<String> types = new TreeSet<>();
        URI folder = requireNonNull(SchedulerReplayTest.class.getResource("/golden/scheduler-http-v1"))
                .toURI();
        try (Stream<Path> recordings = Files.list(Path.of(folder))) {
            for (Path recording : recordings.toList()) {
                for (Block block :
                        Recording.edited(requireNonNull(recording.getFileName()).toString())) {
                    if (block instanceof Block.StreamedEvent event) {
                        types.add(String.valueOf(Comparison.tree(event.record()).get("type")));
                    }
                }
            }
        }
        assertThat(types)
                .containsExactlyInAnyOrder(
                        "SUBSCRIBED",
                        "HEARTBEAT",
                        "OFFERS",
                        "RESCIND",
                        "UPDATE",
                        "UPDATE_OPERATION_STATUS",
                        "FAILURE",
                        "ERROR");
    }
}
