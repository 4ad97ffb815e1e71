package io.stoa.rpc.scheduler;

import static io.stoa.rpc.scheduler.Commits.claim;
import static io.stoa.rpc.scheduler.Commits.commit;
import static io.stoa.rpc.scheduler.RpcFixture.assertFails;
import static io.stoa.rpc.scheduler.RpcFixture.scheduler;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.stoa.mesos.scheduler.SchedulerConfig;
import io.stoa.proto.v1.CommitResponse.Outcome;
import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.SchedulerServiceGrpc;
import io.stoa.proto.v1.SubscribeRequest;
import io.stoa.rpc.RawCalls;
import io.stoa.rpc.UnreadBytes;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.FrameworkId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostileSchedulersTest {

    private RpcFixture fixture;

    @BeforeEach
    void open() throws Exception {
        fixture = new RpcFixture();
        fixture.agent("S0", "cpus:4;mem:4096");
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void whatIsNoMessageIsAnInvalidArgument() throws Exception {
        Status garbage = send(SchedulerServiceGrpc.getCommitMethod(), Optional.of(new byte[] {-1, -1, -1, 7, 7}));
        assertThat(garbage.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(garbage.getDescription())
                .contains("request: ")
                .contains("(expected: the input of stoa.v1.SchedulerService/Commit)");
        byte[] frameworkWithoutName = {10, 0};
        Status incomplete = send(SchedulerServiceGrpc.getSubscribeMethod(), Optional.of(frameworkWithoutName));
        assertThat(incomplete.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(incomplete.getDescription()).contains("missing required fields");
        stillServes();
    }

    @Test
    void whoEndsBeforeHeAskedIsToldSo() throws Exception {
        Status status = send(SchedulerServiceGrpc.getCommitMethod(), Optional.empty());
        assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status.getDescription())
                .isEqualTo("request: none (expected: the input of stoa.v1.SchedulerService/Commit)");
        stillServes();
    }

    @Test
    void aSchedulerThatDoesNotReadIsCut() throws Exception {
        EventReader events = EventReader.subscribe(
                fixture.channel,
                SubscribeRequest.newBuilder().setInfo(scheduler("deaf", "eng")).build(),
                1);
        Identity identity = events.identity();
        FrameworkId id = new FrameworkId(identity.getSchedulerId());
        ByteString large = ByteString.copyFrom(new byte[1 << 20]);
        ExecutorKey executor = new ExecutorKey(new AgentId("S0"), id, "x");
        for (int i = 0; i < 40 && fixture.api.isConnected(id); i++) {
            fixture.agentEvents().executorMessage(executor, large);
        }
        await().until(() -> !fixture.api.isConnected(id));
        events.read(Integer.MAX_VALUE);
        Status end = events.end();
        assertThat(end.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(end.getDescription()).contains("(expected: at most " + RpcEventStream.MAX_PENDING_BYTES + ")");
        assertThat(fixture.api.removedInMs(id)).isPresent();
        stillServes();
    }

    @Test
    void ofManyThatDoNotReadThoseAreCutThatWouldHaveTooMuchWithTheOthers() throws Exception {
        fixture.close();
        UnreadBytes unread = new UnreadBytes(4 << 20);
        fixture = new RpcFixture(Optional.empty(), SchedulerConfig.DEFAULTS, unread);
        List<EventReader> deaf = new ArrayList<>();
        List<FrameworkId> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            EventReader events = EventReader.subscribe(
                    fixture.channel,
                    SubscribeRequest.newBuilder()
                            .setInfo(scheduler("deaf", "eng"))
                            .build(),
                    1);
            deaf.add(events);
            ids.add(new FrameworkId(events.identity().getSchedulerId()));
        }
        ByteString large = ByteString.copyFrom(new byte[1 << 20]);
        // Less than each of them alone may have waiting.
        for (int i = 0; i < 12; i++) {
            for (FrameworkId id : ids) {
                fixture.agentEvents().executorMessage(new ExecutorKey(new AgentId("S0"), id, "x"), large);
            }
        }
        await().until(() -> ids.stream().noneMatch(fixture.api::isConnected));
        for (EventReader events : deaf) {
            events.read(Integer.MAX_VALUE);
            assertThat(events.end().getDescription())
                    .startsWith("events that all schedulers have not read: ")
                    .endsWith(" bytes (expected: at most 4194304)");
        }
        assertThat(unread.bytes()).isZero();
        Map<String, Double> figures = new HashMap<>();
        fixture.service.counts().addTo(figures);
        assertThat(figures).containsEntry("stoa/rpc/streams_cut", 3.0);
    }

    @Test
    void aSchedulerThatReadsSlowlyGetsEverything() throws Exception {
        EventReader events = EventReader.subscribe(
                fixture.channel,
                SubscribeRequest.newBuilder().setInfo(scheduler("slow", "eng")).build(),
                1);
        FrameworkId id = new FrameworkId(events.identity().getSchedulerId());
        ExecutorKey executor = new ExecutorKey(new AgentId("S0"), id, "x");
        for (int i = 0; i < 100; i++) {
            fixture.agentEvents()
                    .executorMessage(
                            executor, ByteString.copyFromUtf8(i + ":").concat(ByteString.copyFrom(new byte[100_000])));
        }
        // Heartbeats, which the reader leaves out, count as well.
        events.read(Integer.MAX_VALUE);
        for (int i = 0; i < 100; i++) {
            assertThat(events.next().getMessage().getData().startsWith(ByteString.copyFromUtf8(i + ":")))
                    .isTrue();
        }
    }

    @Test
    void tooMuchAtOnceIsRefusedAndDoesNotCountAfterwards() {
        CommitBudget budget = new CommitBudget();
        FrameworkId id = new FrameworkId("F");
        for (int i = 0; i < CommitBudget.MAX_COMMITS; i++) {
            assertThat(budget.begin(id, 10)).isEmpty();
        }
        assertThat(budget.begin(id, 10)).contains("commits that are not decided: 257 (expected: at most 256)");
        assertThat(budget.begin(new FrameworkId("G"), (int) CommitBudget.MAX_BYTES))
                .contains("bytes of all commits that are not decided: 67111424 (expected: at most 67108864)");
        for (int i = 0; i < CommitBudget.MAX_COMMITS; i++) {
            budget.end(id, 10);
        }
        assertThat(budget.begin(new FrameworkId("G"), (int) CommitBudget.MAX_BYTES))
                .isEmpty();
        assertThat(budget.begin(id, 0)).isEmpty();
    }

    @Test
    void aMasterThatCannotStoreSaysSo() throws Exception {
        Identity identity = fixture.subscribe(scheduler("batch", "eng")).identity();
        fixture.state.close();
        assertFails(
                () -> fixture.stub()
                        .commit(commit(identity, claim("S0", "t", "cpus:1")).build()),
                Status.Code.UNAVAILABLE,
                "");
    }

    private void stillServes() throws Exception {
        Identity identity = fixture.subscribe(scheduler("good", "eng")).identity();
        assertThat(fixture.stub()
                        .commit(commit(identity, claim("S0", "t", "cpus:1")).build())
                        .getOutcome())
                .isEqualTo(Outcome.COMMITTED);
    }

    private Status send(MethodDescriptor<?, ?> method, Optional<byte[]> bytes) throws Exception {
        return RawCalls.send(fixture.channel, method, bytes);
    }
}
