package io.stoa.itests.golden;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What recorded operators asked, one request after the other, of the cluster that they asked. */
@Timeout(120)
class OperatorReplayTest {

    private static final String V0 = "/golden/v0-endpoints/";
    private static final String V1 = "/golden/operator-http-v1/";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "master-slaves.txt",
                "master-frameworks.txt",
                "master-tasks.txt",
                "master-roles.txt",
                "master-state-summary.txt",
                "master-weights.txt",
                "master-quota.txt",
                "master-teardown.txt",
                "master-reserve-volumes.txt"
            })
    void theV0EndpointsAnswerAsRecorded(String recording) throws Exception {
        try (OperatedCluster cluster = OperatedCluster.of(RecordedCluster.ofState(V0 + "master-state.txt"))) {
            Answers.assertAsRecorded(recording, RecordingParser.parse(V0 + recording), cluster.address());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "master-get-calls.txt",
                "master-get-calls-protobuf.txt",
                "master-errors.txt",
                "master-changing-calls.txt"
            })
    void theOperatorApiAnswersAsRecorded(String recording) throws Exception {
        try (OperatedCluster cluster = OperatedCluster.of(RecordedState.in(V1 + "master-get-calls.txt"))) {
            Answers.assertAsRecorded(recording, RecordingParser.parse(V1 + recording), cluster.address());
        }
    }
}
