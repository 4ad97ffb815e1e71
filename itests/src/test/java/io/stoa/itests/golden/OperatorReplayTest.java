package io.stoa.itests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.time.ManualTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What recorded operators asked, one request after the other, of the cluster that they asked. */
@Timeout(120)
class OperatorReplayTest {

    private static final String V0 = "/golden/v0-endpoints/";
    private static final String V1 = "/golden/operator-http-v1/";
    private static final long ANSWER_MS = 30_000;
    private static final int NAME_LENGTH = 100;

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
            assertAnswered(recording, RecordingParser.parse(V0 + recording), cluster);
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
            assertAnswered(recording, RecordingParser.parse(V1 + recording), cluster);
        }
    }

    private static void assertAnswered(String recording, List<Block> blocks, OperatedCluster cluster) throws Exception {
        List<Difference> differences = new ArrayList<>();
        Optional<Block.Request> request = Optional.empty();
        for (Block block : blocks) {
            if (block instanceof Block.Request asked) {
                request = Optional.of(asked);
            } else if (block instanceof Block.Response recorded && request.isPresent()) {
                Block.Request asked = request.get();
                for (String difference : AnswerComparison.differences(recorded, ask(asked, cluster))) {
                    differences.add(new Difference(asked.at(), asked.connection(), name(asked), "", difference));
                }
            }
        }
        KnownDifferences known = KnownDifferences.of(recording);
        assertThat(known.unlisted(differences)).isEmpty();
        assertThat(known.gone(differences)).isEmpty();
    }

    private static String name(Block.Request request) {
        String body = new String(request.body(), StandardCharsets.UTF_8);
        return request.head().get(0) + " " + body.substring(0, Math.min(body.length(), NAME_LENGTH));
    }

    private static Block.Response ask(Block.Request request, OperatedCluster cluster)
            throws IOException, InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String line : request.head()) {
            bytes.writeBytes((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }
        bytes.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(request.body());
        ReplayClock clock = new ReplayClock(new ManualTime(0), () -> {}, 0);
        try (RawConnection connection = new RawConnection(request.connection(), cluster.address(), clock)) {
            connection.send(request.method(), bytes.toByteArray());
            if (connection.next(ANSWER_MS) instanceof Block.Response response) {
                return response;
            }
            throw new IOException("no answer to " + request.head().get(0));
        }
    }
}
