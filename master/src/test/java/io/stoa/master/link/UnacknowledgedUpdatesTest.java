package io.stoa.master.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.transaction.StateChange;
import java.util.List;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.junit.jupiter.api.Test;

class UnacknowledgedUpdatesTest {

    private static final ByteString FIRST = ByteString.copyFromUtf8("first");
    private static final ByteString SECOND = ByteString.copyFromUtf8("second");

    private final UnacknowledgedUpdates updates = new UnacknowledgedUpdates();
    private final Task task = Task.claimed(
            new FrameworkId("F"),
            new AgentId("S"),
            "*",
            TaskInfo.newBuilder()
                    .setName("t")
                    .setTaskId(TaskID.newBuilder().setValue("t"))
                    .setAgentId(AgentID.newBuilder().setValue("S"))
                    .build());

    private void updated(TaskStatus.Builder status) {
        TaskStatus running = status.setTaskId(task.info().getTaskId())
                .setState(TaskState.TASK_RUNNING)
                .build();
        updates.committed(List.of(new StateChange.TaskStatusChanged(task.with(running), running)));
    }

    @Test
    void anUpdateWaitsForItsOwnAcknowledgement() {
        updated(TaskStatus.newBuilder().setUuid(FIRST));
        assertThat(updates.contains(task.key())).isTrue();
        updated(TaskStatus.newBuilder().setUuid(SECOND));
        updates.acknowledged(task.key(), FIRST);
        assertThat(updates.contains(task.key())).as("late for an earlier one").isTrue();
        updates.acknowledged(task.key(), SECOND);
        assertThat(updates.contains(task.key())).isFalse();
    }

    @Test
    void whatTheMasterSaysItselfWaitsForNobody() {
        updated(TaskStatus.newBuilder());
        assertThat(updates.contains(task.key())).isFalse();
    }

    @Test
    void aTaskThatIsGoneWaitsForNothing() {
        updated(TaskStatus.newBuilder().setUuid(FIRST));
        updates.committed(List.of(new StateChange.TaskRemoved(task)));
        assertThat(updates.contains(task.key())).isFalse();
    }
}
