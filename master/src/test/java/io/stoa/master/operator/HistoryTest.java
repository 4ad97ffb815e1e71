package io.stoa.master.operator;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.transaction.StateChange;
import io.stoa.state.transaction.StateMutation;
import io.stoa.testing.Patience;
import io.stoa.time.ManualTime;
import io.stoa.time.SystemTime;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class HistoryTest extends OperatorFixture {

    @AutoClose
    private final SystemTime clock = new SystemTime();

    @Test
    void theOldestTasksAreForgotten() throws Exception {
        History history = remembering(50, 2);
        for (String id : List.of("one", "two", "three")) {
            finish(id);
        }
        assertThat(taskIds(history, FRAMEWORK)).containsExactly("two", "three");
    }

    @Test
    void theOldestFrameworksAreForgottenWithTheirTasks() throws Exception {
        History history = remembering(1, 1_000);
        finish("t");
        commit(new StateMutation.RemoveFramework(FRAMEWORK));
        assertThat(frameworkIds(history)).containsExactly("M-0000");
        assertThat(taskIds(history, FRAMEWORK)).containsExactly("t");

        FrameworkId other = new FrameworkId("M-0001");
        commit(new StateMutation.AdmitFramework(
                other,
                FrameworkInfo.newBuilder()
                        .setName("other")
                        .setUser("root")
                        .setId(FrameworkID.newBuilder().setValue(other.value()))
                        .build(),
                NOW_MS));
        commit(new StateMutation.RemoveFramework(other));
        assertThat(frameworkIds(history)).containsExactly("M-0001");
        assertThat(taskIds(history, FRAMEWORK)).isEmpty();
    }

    @Test
    void nothingMayBeRemembered() throws Exception {
        History history = remembering(0, 0);
        finish("t");
        assertThat(taskIds(history, FRAMEWORK)).isEmpty();
        commit(new StateMutation.RemoveFramework(FRAMEWORK));
        assertThat(history.frameworks()).isEmpty();
        assertThat(history.tasksNamed("t")).isEmpty();
    }

    @Test
    void lessThanNothingIsNoLimit() {
        assertThatThrownBy(() -> new History.Limits(-1, 0)).hasMessageContaining("-1, 0 (expected: >= 0)");
        assertThatThrownBy(() -> new History.Limits(0, -1)).hasMessageContaining("0, -1 (expected: >= 0)");
    }

    @Test
    void anUnreachableTaskThatIsForgottenIsShownNowhere() throws Exception {
        unreachable("t");
        commit(new StateMutation.ForgetUnreachableTask(key("t")));
        JsonNode framework = json("/state").path("frameworks").path(0);
        assertThat(framework.path("unreachable_tasks")).isEmpty();
        assertThat(framework.path("completed_tasks")).isEmpty();
        assertThat(json("/tasks").path("tasks")).isEmpty();
    }

    /** A framework that is torn down is shown in either list by whoever asks behind the answer. */
    @Test
    void whoAsksForAStateThatIsNotFollowedYetWaitsForThat() throws Exception {
        History slow = lagging(3_600_000);
        commit(new StateMutation.RemoveFramework(FRAMEWORK));
        CompletableFuture<ClusterSnapshot> shown = waitingFor(slow);

        slow.committed(state.snapshot(), List.of(new StateChange.FrameworkRemoved(FRAMEWORK)));

        assertThat(Patience.join(shown).version()).isEqualTo(state.snapshot().version());
        assertThat(frameworkIds(slow)).containsExactly("M-0000");
    }

    /** What is published behind the end of a term is told to nobody of it. */
    @Test
    void whoWaitsWhenTheTermEndsIsAnswered() throws Exception {
        History slow = lagging(3_600_000);
        commit(new StateMutation.RemoveFramework(FRAMEWORK));
        CompletableFuture<ClusterSnapshot> shown = waitingFor(slow);

        slow.end();

        assertThat(Patience.join(shown).framework(FRAMEWORK)).isPresent();
        assertThat(slow.newest(state).framework(FRAMEWORK)).isPresent();
    }

    @Test
    void whatIsNotToldIsNotWaitedForForEver() throws Exception {
        History silent = lagging(1);
        commit(new StateMutation.RemoveFramework(FRAMEWORK));

        assertThat(silent.newest(state).framework(FRAMEWORK)).isPresent();
    }

    private History lagging(long maxLagMs) {
        return new History(state.snapshot(), History.Limits.DEFAULTS, clock, maxLagMs);
    }

    private CompletableFuture<ClusterSnapshot> waitingFor(History history) {
        CompletableFuture<ClusterSnapshot> shown = new CompletableFuture<>();
        Thread reader = new Thread(() -> shown.complete(history.newest(state)));
        reader.start();
        await().until(() -> reader.getState() == Thread.State.TIMED_WAITING);
        return shown;
    }

    @Test
    void unreachableTasksGoUnseenWithTheirAgent() throws Exception {
        unreachable("t");
        commit(new StateMutation.ForgetAgent(AGENT));
        assertThat(taskIds(context.history(), FRAMEWORK)).isEmpty();
    }

    @Test
    void unreachableTasksAreKilledWithTheirFramework() throws Exception {
        unreachable("t");
        commit(new StateMutation.RemoveFramework(FRAMEWORK));
        assertThat(context.history().tasksOf(FRAMEWORK)).extracting(Task::state).containsExactly(TaskState.TASK_KILLED);
    }

    @Test
    void aTaskThatComesBackIsNotCompletedAnyMore() throws Exception {
        claim("t", "cpus:1");
        update("t", TaskState.TASK_LOST, 1, "");
        commit(new StateMutation.RemoveTask(key("t")));
        assertThat(taskIds(context.history(), FRAMEWORK)).containsExactly("t");

        claim("t", "cpus:1");
        assertThat(taskIds(context.history(), FRAMEWORK)).containsExactly("t");
        commit(new StateMutation.UpdateTaskStatus(
                key("t"),
                TaskStatus.newBuilder()
                        .setTaskId(TaskID.newBuilder().setValue("t"))
                        .setState(TaskState.TASK_RUNNING)
                        .setReason(TaskStatus.Reason.REASON_AGENT_REREGISTERED)
                        .build()));
        assertThat(taskIds(context.history(), FRAMEWORK)).isEmpty();
    }

    private History remembering(int frameworks, int tasksPerFramework) {
        History history = new History(
                state.snapshot(), new History.Limits(frameworks, tasksPerFramework), new ManualTime(NOW_MS));
        state.addListener(history);
        return history;
    }

    private void finish(String taskId) throws Exception {
        claim(taskId, "cpus:0.1");
        update(taskId, TaskState.TASK_FINISHED, 1, "");
        commit(new StateMutation.RemoveTask(key(taskId)));
    }

    private void unreachable(String taskId) throws Exception {
        claim(taskId, "cpus:1");
        update(taskId, TaskState.TASK_UNREACHABLE, 1, "");
        commit(new StateMutation.MarkAgentUnreachable(AGENT, NOW_MS));
    }

    private static List<String> taskIds(History history, FrameworkId frameworkId) {
        return history.tasksOf(frameworkId).stream()
                .map(task -> task.key().taskId())
                .toList();
    }

    private static List<String> frameworkIds(History history) {
        return history.frameworks().stream()
                .map(past -> past.framework().id().value())
                .toList();
    }
}
