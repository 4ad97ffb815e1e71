package io.stoa.rpc.scheduler;

import static io.stoa.rpc.scheduler.Commits.claim;
import static io.stoa.rpc.scheduler.Commits.commit;
import static io.stoa.rpc.scheduler.RpcFixture.assertFails;
import static io.stoa.rpc.scheduler.RpcFixture.scheduler;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.stoa.mesos.scheduler.SchedulerFixture;
import io.stoa.proto.v1.AcknowledgeRequest;
import io.stoa.proto.v1.Acknowledgement;
import io.stoa.proto.v1.CommitResponse;
import io.stoa.proto.v1.CommitResponse.Outcome;
import io.stoa.proto.v1.Identity;
import java.util.HexFormat;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AcknowledgeTest {

    private RpcFixture fixture;
    private Identity identity;

    @BeforeEach
    void open() throws Exception {
        fixture = new RpcFixture();
        fixture.agent("S0", "cpus:4;mem:4096");
        fixture.agent("S1", "cpus:4;mem:4096");
        identity = fixture.subscribe(scheduler("batch", "eng")).identity();
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void theIdOfATaskIsFreeAgainWhenItsEndIsAcknowledged() {
        assertThat(claimOn("S0").getOutcome()).isEqualTo(Outcome.COMMITTED);
        fixture.report(identity.getSchedulerId(), "t", "S0", TaskState.TASK_FAILED, 1);
        assertThat(claimOn("S1").getConflicts(0).getDuplicateTask().getTaskId()).isEqualTo("t");

        acknowledge("S0", SchedulerFixture.uuid(1));

        await().until(() -> !fixture.knows(identity.getSchedulerId(), "t"));
        assertThat(claimOn("S1").getOutcome()).isEqualTo(Outcome.COMMITTED);
        fixture.report(identity.getSchedulerId(), "t", "S1", TaskState.TASK_KILLED, 2);
        acknowledge("S1", SchedulerFixture.uuid(2));
        await().until(() -> !fixture.knows(identity.getSchedulerId(), "t"));
        assertThat(claimOn("S0").getOutcome()).isEqualTo(Outcome.COMMITTED);
    }

    @Test
    void whatIsNoUuidIsToldWithWhatIsExpected() {
        for (String version : new String[] {"0", "6", "f"}) {
            String uuid = "00112233" + "4455" + version + "677" + "8899aabbccddeeff";
            assertFails(
                    () -> acknowledge("S0", ByteString.copyFrom(HexFormat.of().parseHex(uuid))),
                    Status.Code.INVALID_ARGUMENT,
                    "acknowledgements[0].uuid: " + uuid + " (expected: a UUID of RFC 4122, version 1 to 5)");
        }
        assertFails(
                () -> acknowledge("S0", ByteString.copyFromUtf8("short")),
                Status.Code.INVALID_ARGUMENT,
                "acknowledgements[0].uuid: 5 bytes (expected: 16)");
    }

    private CommitResponse claimOn(String agentId) {
        return fixture.stub()
                .commit(commit(identity, claim(agentId, "t", "cpus:1")).build());
    }

    private void acknowledge(String agentId, ByteString uuid) {
        fixture.stub()
                .acknowledge(AcknowledgeRequest.newBuilder()
                        .setIdentity(identity)
                        .addAcknowledgements(Acknowledgement.newBuilder()
                                .setAgentId(agentId)
                                .setTaskId("t")
                                .setUuid(uuid))
                        .build());
    }
}
