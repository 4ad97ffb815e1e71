package io.stoa.rpc.scheduler;

import static io.stoa.rpc.scheduler.Commits.claim;
import static io.stoa.rpc.scheduler.Commits.commit;
import static io.stoa.rpc.scheduler.RpcFixture.scheduler;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.stoa.proto.v1.CommitResponse;
import io.stoa.proto.v1.CommitResponse.Outcome;
import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.SchedulerServiceGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Instances of one scheduler that take over from each other while they commit. */
class StaleGenerationTest {

    private static final int ROUNDS = 100;
    private static final int COMMITS = 40;

    private RpcFixture fixture;

    @BeforeEach
    void open() throws Exception {
        fixture = new RpcFixture();
        fixture.agent("S0", "cpus:1000000");
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    /**
     * What an instance asks after another was told that it is subscribed never comes true, also by other connections.
     */
    @Test
    void nothingOfAnOldInstanceIsCommittedAfterTheNewOneIsSubscribed() throws Exception {
        ManagedChannel other = fixture.channel();
        Identity identity = fixture.subscribe(scheduler("batch", "eng")).identity();
        for (int round = 0; round < ROUNDS; round++) {
            List<ListenableFuture<CommitResponse>> racing = new ArrayList<>();
            race(racing, other, identity, round, 0);
            EventReader next = fixture.subscribe(
                    scheduler("batch", "eng").setId(FrameworkID.newBuilder().setValue(identity.getSchedulerId())));
            race(racing, other, identity, round, COMMITS / 2);
            Identity after = next.identity();
            // Of the others all may have been in time.
            ListenableFuture<CommitResponse> late = begin(other, identity, round, COMMITS);
            long admitted = after.getGeneration();
            for (int i = 0; i < COMMITS; i++) {
                try {
                    CommitResponse response = racing.get(i).get();
                    assertThat(response.getOutcome()).isEqualTo(Outcome.COMMITTED);
                    assertThat(response.getVersion()).isLessThan(admitted);
                } catch (ExecutionException e) {
                    assertTooLate(e, identity, round, i);
                }
            }
            assertTooLate(catchThrowable(late::get), identity, round, COMMITS);
            identity = after;
        }
        other.shutdownNow();
    }

    private void assertTooLate(Throwable refusal, Identity identity, int round, int i) {
        assertThat(refusal).isInstanceOf(ExecutionException.class);
        assertThat(Status.fromThrowable(refusal).getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(fixture.knows(identity.getSchedulerId(), name(round, i))).isFalse();
    }

    private static void race(
            List<ListenableFuture<CommitResponse>> racing, ManagedChannel by, Identity identity, int round, int from) {
        for (int i = from; i < from + COMMITS / 2; i++) {
            racing.add(begin(by, identity, round, i));
        }
    }

    private static ListenableFuture<CommitResponse> begin(ManagedChannel by, Identity identity, int round, int i) {
        return SchedulerServiceGrpc.newFutureStub(by)
                .commit(commit(identity, claim("S0", name(round, i), "cpus:1")).build());
    }

    private static String name(int round, int i) {
        return "r" + round + "-" + i;
    }
}
