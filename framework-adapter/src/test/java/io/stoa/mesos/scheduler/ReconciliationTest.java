package io.stoa.mesos.scheduler;

import static io.stoa.mesos.scheduler.SchedulerFixture.accept;
import static io.stoa.mesos.scheduler.SchedulerFixture.framework;
import static io.stoa.mesos.scheduler.SchedulerFixture.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.StateMutation;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.OperationID;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.Test;

/** The six cases of explicit reconciliation, as the comment in Mesos' master counts them, and implicit. */
class ReconciliationTest {

    private static final FrameworkId ID = new FrameworkId("M-0000");
    private static final AgentId AGENT = new AgentId("S0");

    private final SchedulerFixture fixture = new SchedulerFixture();
    private FakeStream stream = fixture.subscribe(framework(FrameworkInfo.Capability.Type.PARTITION_AWARE));

    ReconciliationTest() {
        fixture.agent("cpus:4;mem:1024");
    }

    private void changeLeader() {
        fixture.changeLeader();
        stream = fixture.subscribe(framework(FrameworkInfo.Capability.Type.PARTITION_AWARE), ID.value());
    }

    private static Call.Builder reconcile() {
        return Call.newBuilder().setType(Call.Type.RECONCILE).setReconcile(Call.Reconcile.newBuilder());
    }

    private static Call.Builder reconcile(String taskId, Optional<String> agentId) {
        Call.Builder call = reconcile();
        Call.Reconcile.Task.Builder asked = call.getReconcileBuilder()
                .addTasksBuilder()
                .setTaskId(TaskID.newBuilder().setValue(taskId));
        agentId.ifPresent(id -> asked.setAgentId(AgentID.newBuilder().setValue(id)));
        return call;
    }

    private void ask(String taskId, String agentId) {
        fixture.call(stream, reconcile(taskId, Optional.of(agentId)));
    }

    private void launch(String taskId) {
        fixture.call(stream, accept(fixture.allocator.offer(ID, "S0", "cpus:4;mem:1024"), task(taskId, "cpus:0.1")));
    }

    @Test
    void aKnownTaskIsToldWithItsLatestState() {
        launch("t");
        fixture.report("t", TaskState.TASK_RUNNING, 1);

        ask("t", "wrong");

        assertThat(stream.updates())
                .last()
                .isEqualTo("TASK_RUNNING REASON_RECONCILIATION Reconciliation: Latest task state");
        assertThat(stream.lastStatus().getAgentId().getValue()).isEqualTo("S0");
        assertThat(stream.lastStatus().hasUuid()).isFalse();
    }

    @Test
    void nothingIsSaidOfWhatAnAgentMayStillBringToANewLeader() {
        changeLeader();

        ask("t", "S0");
        fixture.call(stream, reconcile("t", Optional.empty()));
        assertThat(stream.updates()).isEmpty();

        ask("t", "nobody");
        assertThat(stream.updates())
                .containsExactly("TASK_UNKNOWN REASON_RECONCILIATION Reconciliation: Task is unknown");
    }

    @Test
    void whatTheStateKnowsIsSaidBeforeTheAgentIsBack() {
        launch("t");
        fixture.report("t", TaskState.TASK_RUNNING, 1);
        changeLeader();

        fixture.call(stream, reconcile());

        assertThat(stream.updates())
                .last()
                .isEqualTo("TASK_RUNNING REASON_RECONCILIATION Reconciliation: Latest task state");
    }

    @Test
    void anAgentThatIsBackIsSpokenOf() {
        changeLeader();
        fixture.commit(new StateMutation.AdmitAgent(
                AGENT,
                fixture.state.snapshot().agent(AGENT).orElseThrow().info(),
                List.of(),
                "1.11.0",
                "127.0.0.1",
                5051,
                fixture.state.snapshot().agent(AGENT).orElseThrow().total(),
                1));

        ask("t", "S0");

        assertThat(stream.updates())
                .containsExactly("TASK_GONE REASON_RECONCILIATION Reconciliation: Task is unknown to the agent");
    }

    @Test
    void whatIsOnAnUnreachableAgentIsUnreachableSinceThen() {
        launch("t");
        fixture.commit(new StateMutation.MarkAgentUnreachable(AGENT, 5));

        ask("t", "S0");

        assertThat(stream.updates())
                .last()
                .isEqualTo("TASK_UNREACHABLE REASON_RECONCILIATION Reconciliation: Task is unreachable");
        assertThat(stream.lastStatus().getUnreachableTime().getNanoseconds()).isEqualTo(5_000_000);
    }

    @Test
    void whatWasOnAGoneAgentIsGoneByOperator() {
        fixture.commit(new StateMutation.MarkAgentGone(AGENT, 5));

        ask("t", "S0");

        assertThat(stream.updates())
                .containsExactly("TASK_GONE_BY_OPERATOR REASON_RECONCILIATION Reconciliation: Task is gone");
        assertThat(stream.lastStatus().hasUnreachableTime()).isFalse();
    }

    @Test
    void withoutPartitionAwarenessEverythingThatIsAwayIsLost() {
        FakeStream old = fixture.subscribe(framework());
        fixture.commit(new StateMutation.MarkAgentGone(AGENT, 5));

        fixture.call("M-0001", Optional.of(old.id()), reconcile("t", Optional.of("S0")));

        assertThat(old.updates()).containsExactly("TASK_LOST REASON_RECONCILIATION Reconciliation: Task is gone");
    }

    @Test
    void operationsAreSpokenOfAsOfTheirAgents() {
        changeLeader();
        askForOperation();
        assertThat(stream.operations())
                .last()
                .isEqualTo("o OPERATION_RECOVERING Reconciliation: Agent is recovered but has not re-registered");
        fixture.commit(new StateMutation.MarkAgentGone(AGENT, 5));
        askForOperation();
        assertThat(stream.operations())
                .last()
                .isEqualTo("o OPERATION_GONE_BY_OPERATOR Reconciliation: Agent marked gone by operator");
    }

    private void askForOperation() {
        Call.Builder call = Call.newBuilder().setType(Call.Type.RECONCILE_OPERATIONS);
        call.getReconcileOperationsBuilder()
                .addOperationsBuilder()
                .setOperationId(OperationID.newBuilder().setValue("o"))
                .setAgentId(AgentID.newBuilder().setValue("S0"));
        fixture.call(stream, call);
    }

    @Test
    void manyAnswersWaitForTheirReader() {
        TaskInfo.Builder[] many = new TaskInfo.Builder[1_200];
        for (int i = 0; i < many.length; i++) {
            many[i] = task("t" + i, "cpus:0.001");
        }
        fixture.call(stream, accept(fixture.allocator.offer(ID, "S0", "cpus:4;mem:1024"), many));

        fixture.call(stream, reconcile());
        assertThat(stream.updates()).hasSize(500);
        fixture.commit(new StateMutation.RemoveTask(new TaskKey(ID, "t0")));
        while (!stream.whatWaits.isEmpty()) {
            stream.whatWaits.remove().run();
        }

        assertThat(stream.updates()).hasSizeBetween(1_199, 1_200);
        assertThat(stream.updates())
                .containsOnly("TASK_STAGING REASON_RECONCILIATION Reconciliation: Latest task state");
    }
}
