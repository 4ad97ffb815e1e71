package io.stoa.itests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulerReplayTest {

    @ParameterizedTest
    @ValueSource(strings = {"08-errors.txt", "09-subscribe-launch-protobuf.txt"})
    void theRecordingIsAnsweredAlike(String recording) throws Exception {
        try (ReplayCluster cluster = new ReplayCluster()) {
            assertThat(Replay.run("/golden/scheduler-http-v1/" + recording, cluster.address()))
                    .isEmpty();
        }
    }
}
