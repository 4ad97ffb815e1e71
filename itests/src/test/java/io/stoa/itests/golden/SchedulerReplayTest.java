package io.stoa.itests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All at once: they mostly wait, as the recorded clients did. */
@Execution(ExecutionMode.CONCURRENT)
class SchedulerReplayTest {

    /** Filters and failover timeouts go by real time: classes that take seconds to load must be there by then. */
    @BeforeAll
    static void warmUp() throws Exception {
        replay("09-subscribe-launch-protobuf.txt", 0.426);
    }

    /** @param firstCycle when the recorded allocator's first cycle ran, in seconds */
    @ParameterizedTest
    @CsvSource({
        "01-subscribe-launch-command-task-json.txt, 0.863",
        "04-decline-filters-suppress-revive.txt, 0.635",
        "05-reconcile-and-kill.txt, 0.090",
        "06-task-validation-failures.txt, 0.163",
        "07-framework-failover.txt, 0.683",
        "08-errors.txt, 0.5",
        "09-subscribe-launch-protobuf.txt, 0.426",
        "14-several-roles-suppress-update-framework.txt, 0.632"
    })
    void theRecordingIsAnsweredAlike(String recording, double firstCycle) throws Exception {
        List<Difference> differences = replay(recording, firstCycle);
        KnownDifferences known = KnownDifferences.of(recording);
        assertThat(known.unlisted(differences)).isEmpty();
        assertThat(known.gone(differences)).isEmpty();
    }

    private static List<Difference> replay(String recording, double firstCycle) throws Exception {
        List<Block> blocks = RecordingParser.parse("/golden/scheduler-http-v1/" + recording);
        try (ReplayCluster cluster = new ReplayCluster(AgentScript.of(blocks))) {
            return Replay.run(blocks, cluster, firstCycle);
        }
    }
}
