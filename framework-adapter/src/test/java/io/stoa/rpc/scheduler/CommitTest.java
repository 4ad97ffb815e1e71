package io.stoa.rpc.scheduler;

import static io.stoa.rpc.scheduler.Commits.claim;
import static io.stoa.rpc.scheduler.Commits.commit;
import static io.stoa.rpc.scheduler.Commits.incremental;
import static io.stoa.rpc.scheduler.Commits.kill;
import static io.stoa.rpc.scheduler.RpcFixture.assertFails;
import static io.stoa.rpc.scheduler.RpcFixture.scheduler;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.stoa.proto.v1.AgentUnavailable;
import io.stoa.proto.v1.CommitRequest;
import io.stoa.proto.v1.CommitResponse;
import io.stoa.proto.v1.CommitResponse.Outcome;
import io.stoa.proto.v1.Conflict;
import io.stoa.proto.v1.ConflictPolicy;
import io.stoa.proto.v1.Identity;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import java.util.OptionalLong;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CommitTest {

    private RpcFixture fixture;
    private Identity identity;

    @BeforeEach
    void open() throws Exception {
        fixture = new RpcFixture();
        fixture.agent("S0", "cpus:4;mem:4096");
        identity = fixture.subscribe(scheduler("batch", "eng")).identity();
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void whatIsClaimedIsALaunchedTask() {
        CommitResponse response = ask(commit(identity, claim("S0", "t", "cpus:1;mem:128")));

        assertThat(response.getOutcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(response.getConflictsList()).isEmpty();
        assertThat(response.getRepeated()).isFalse();
        Task task = task("t");
        assertThat(task.agentId()).isEqualTo(new AgentId("S0"));
        assertThat(task.role()).isEqualTo("eng");
        assertThat(task.info().getAgentId().getValue()).isEqualTo("S0");
        assertThat(task.info().getResources(0).getAllocationInfo().getRole()).isEqualTo("eng");
        assertThat(fixture.state
                        .snapshot()
                        .agent(new AgentId("S0"))
                        .orElseThrow()
                        .changedAt()
                        .value())
                .isEqualTo(response.getVersion());
        assertThat(fixture.counted("master/messages_launch_tasks")).isEqualTo(1);
    }

    @Test
    void whatDoesNotFitConflictsWithTheFigures() {
        ask(commit(identity, claim("S0", "a", "cpus:3")));
        CommitResponse response = ask(commit(identity, claim("S0", "b", "cpus:2")));

        assertThat(response.getOutcome()).isEqualTo(Outcome.CONFLICTED);
        Conflict conflict = response.getConflicts(0);
        assertThat(Resources.of(conflict.getInsufficientResources().getWantedList()))
                .isEqualTo(Resources.parse("cpus:2"));
        assertThat(Resources.of(conflict.getInsufficientResources().getFreeList()))
                .isEqualTo(Resources.parse("cpus:1;mem:4096"));
        assertThat(Resources.of(conflict.getAgent().getFreeList())).isEqualTo(Resources.parse("cpus:1;mem:4096"));
        assertThat(conflict.getMessage()).isEqualTo("wanted of agent S0: cpus:2 (expected: within cpus:1; mem:4096)");
        assertThat(fixture.knows(identity.getSchedulerId(), "b")).isFalse();
    }

    @Test
    void oneConflictStopsAllOrOnlyItself() {
        CommitResponse none = ask(
                commit(identity, claim("S0", "a", "cpus:1"), claim("S0", "b", "cpus:9"), claim("S0", "c", "cpus:1")));
        assertThat(none.getOutcome()).isEqualTo(Outcome.CONFLICTED);
        assertThat(none.getConflictsList()).extracting(Conflict::getOperation).containsExactly(1);
        assertThat(fixture.state.snapshot().taskCount()).isZero();

        CommitResponse some = ask(incremental(
                identity, claim("S0", "a", "cpus:1"), claim("S0", "b", "cpus:9"), claim("S0", "c", "cpus:1")));
        assertThat(some.getOutcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(some.getConflictsList()).extracting(Conflict::getOperation).containsExactly(1);
        assertThat(fixture.state.snapshot().taskCount()).isEqualTo(2);
    }

    @Test
    void aProposalOnAnOldSnapshotConflictsWhereItIsAskedFor() {
        long before = fixture.state.snapshot().version().value();
        long after = ask(commit(identity, claim("S0", "a", "cpus:1"))).getVersion();
        CommitRequest.Builder late = commit(identity, claim("S0", "b", "cpus:1"))
                .setPolicy(ConflictPolicy.SEQUENCE_NUMBER)
                .setBaseVersion(before);
        Conflict conflict = ask(late).getConflicts(0);
        assertThat(conflict.getStaleVersion().getBaseVersion()).isEqualTo(before);
        assertThat(conflict.getStaleVersion().getChangedAt()).isEqualTo(after);
        assertThat(ask(late.setBaseVersion(after)).getOutcome()).isEqualTo(Outcome.COMMITTED);
    }

    @Test
    void killsLeaveWhenTheyAreCommitted() {
        ask(commit(identity, claim("S0", "t", "cpus:1")));
        CommitResponse response = ask(incremental(identity, kill("t"), kill("nobody")));

        assertThat(response.getOutcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(response.getConflicts(0).getUnknownTask().getTaskId()).isEqualTo("nobody");
        assertThat(fixture.gateway.calls).contains("kill S0 t");
        fixture.report(identity.getSchedulerId(), "t", "S0", TaskState.TASK_FINISHED, 1);
        assertThat(ask(commit(identity, kill("t")))
                        .getConflicts(0)
                        .getEndedTask()
                        .getTaskId())
                .isEqualTo("t");
        assertThat(fixture.gateway.calls.stream().filter("kill S0 t"::equals)).hasSize(1);
    }

    @Test
    void whatIsAskedAgainWithItsKeyIsNotDoneTwice() {
        CommitRequest.Builder request =
                incremental(identity, claim("S0", "t", "cpus:1"), claim("S0", "u", "cpus:9"), kill("t"));
        request.setIdempotencyKey("k1");
        CommitResponse first = ask(request);
        fixture.commit(new StateMutation.UpdateTaskStatus(
                key("t"),
                org.apache.mesos.v1.Protos.TaskStatus.newBuilder()
                        .setTaskId(
                                org.apache.mesos.v1.Protos.TaskID.newBuilder().setValue("t"))
                        .setState(TaskState.TASK_RUNNING)
                        .build()));
        CommitResponse second = ask(request);

        assertThat(second.getRepeated()).isTrue();
        assertThat(second.getOutcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(second.getVersion()).isEqualTo(first.getVersion());
        assertThat(second.getConflictsList()).hasSize(1);
        assertThat(second.getConflicts(0).getOperation()).isEqualTo(1);
        assertThat(second.getConflicts(0).hasConflictedBefore()).isTrue();
        assertThat(fixture.state.snapshot().taskCount()).isEqualTo(1);
        assertThat(fixture.gateway.calls.stream().filter("kill S0 t"::equals)).hasSize(2);
        assertFails(
                () -> ask(commit(identity, claim("S0", "v", "cpus:1")).setIdempotencyKey("k1")),
                Status.Code.INVALID_ARGUMENT,
                "idempotency_key: 'k1' is that of another commit, which was answered at version " + first.getVersion());
    }

    @Test
    void aRepetitionIsAnsweredByWhoeverAsksAndWhateverHasHappenedSince() throws Exception {
        CommitRequest.Builder request =
                commit(identity, claim("S0", "t", "cpus:1")).setIdempotencyKey("k1");
        ask(request);
        fixture.commit(new StateMutation.RemoveAgent(new AgentId("S0")));
        Identity later = fixture.subscribe(
                        scheduler("batch", "eng").setId(FrameworkID.newBuilder().setValue(identity.getSchedulerId())))
                .identity();
        assertThat(ask(request.setIdentity(later)).getRepeated()).isTrue();
    }

    @Test
    void whyAnAgentIsNotThereIsSaid() {
        for (String name : new String[] {"away", "gone", "left", "cut"}) {
            fixture.agent(name, "cpus:4");
        }
        fixture.commit(new StateMutation.MarkAgentUnreachable(new AgentId("away"), 1));
        fixture.commit(new StateMutation.MarkAgentGone(new AgentId("gone"), 1));
        fixture.commit(new StateMutation.RemoveAgent(new AgentId("left")));
        fixture.gateway.disconnected.add(new AgentId("cut"));
        CommitResponse response = ask(incremental(
                identity,
                claim("away", "a", "cpus:1"),
                claim("gone", "b", "cpus:1"),
                claim("left", "c", "cpus:1"),
                claim("cut", "d", "cpus:1"),
                claim("S0", "e", "cpus:1")));

        assertThat(response.getOutcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(response.getConflictsList())
                .extracting(conflict -> conflict.getAgentUnavailable().getReason())
                .containsExactly(
                        AgentUnavailable.Reason.UNREACHABLE,
                        AgentUnavailable.Reason.GONE,
                        AgentUnavailable.Reason.REMOVED,
                        AgentUnavailable.Reason.DISCONNECTED);
        assertThat(Resources.of(response.getConflicts(3).getAgent().getFreeList()))
                .isEqualTo(Resources.parse("cpus:4"));
        assertThat(fixture.knows(identity.getSchedulerId(), "e")).isTrue();
        assertFails(
                () -> ask(commit(identity, claim("nowhere", "t", "cpus:1"))),
                Status.Code.NOT_FOUND,
                "operations[0].claim.agent_id: 'nowhere' is unknown (expected: that of an agent)");
    }

    @Test
    void whatOperatorsWantOfAnAgentIsAConflictOfItsOwn() {
        fixture.agent("off", "cpus:4");
        fixture.agent("drains", "cpus:4");
        fixture.agent("drained", "cpus:4");
        fixture.commit(new StateMutation.DeactivateAgent(new AgentId("off")));
        for (String name : new String[] {"drains", "drained"}) {
            fixture.commit(new StateMutation.DrainAgent(new AgentId(name), OptionalLong.empty(), false, 1));
        }
        fixture.commit(new StateMutation.FinishDrain(new AgentId("drained")));
        CommitResponse response = ask(incremental(
                identity,
                claim("off", "a", "cpus:1"),
                claim("drains", "b", "cpus:1"),
                claim("drained", "c", "cpus:1"),
                claim("S0", "d", "cpus:1")));

        assertThat(response.getOutcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(response.getConflictsList())
                .extracting(conflict -> conflict.getAgentUnavailable().getReason())
                .containsExactly(
                        AgentUnavailable.Reason.DEACTIVATED,
                        AgentUnavailable.Reason.DRAINING,
                        AgentUnavailable.Reason.DRAINING);
        Conflict first = response.getConflicts(0);
        assertThat(first.getOperation()).isZero();
        assertThat(first.getAgentUnavailable().getAgentId()).isEqualTo("off");
        assertThat(first.getMessage()).isEqualTo("agent off is DEACTIVATED (expected: active)");
        assertThat(first.getAgent().getAgentId()).isEqualTo("off");
        assertThat(first.getAgent().getFreeList()).isEmpty();
        fixture.commit(new StateMutation.ReactivateAgent(new AgentId("off")));
        assertThat(ask(commit(identity, claim("off", "a", "cpus:1"))).getOutcome())
                .isEqualTo(Outcome.COMMITTED);
    }

    @Test
    void aTaskIdIsUsedOnce() {
        ask(commit(identity, claim("S0", "t", "cpus:1")));
        Conflict conflict = ask(commit(identity, claim("S0", "t", "cpus:1"))).getConflicts(0);
        assertThat(conflict.getDuplicateTask().getTaskId()).isEqualTo("t");
        assertThat(conflict.getDuplicateTask().getSchedulerId()).isEqualTo(identity.getSchedulerId());
        CommitResponse twice = ask(incremental(identity, claim("S0", "u", "cpus:1"), claim("S0", "u", "cpus:1")));
        assertThat(twice.getConflictsList()).extracting(Conflict::getOperation).containsExactly(1);
    }

    private CommitResponse ask(CommitRequest.Builder request) {
        return fixture.stub().commit(request.build());
    }

    private TaskKey key(String taskId) {
        return new TaskKey(new FrameworkId(identity.getSchedulerId()), taskId);
    }

    private Task task(String taskId) {
        return fixture.state.snapshot().task(key(taskId)).orElseThrow();
    }
}
