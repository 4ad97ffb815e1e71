package io.stoa.agent.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stoa.agent.sandbox.AgentPaths.Run;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.junit.jupiter.api.Test;

class LiveTaskTest {

    @Test
    void updatesAreKnownAlsoWhenOthersOfTheirStateHaveComeSince() {
        LiveTask task = new LiveTask(
                new TaskKey("f", "t"),
                new Run("a", "f", "e", "c"),
                TaskInfo.getDefaultInstance(),
                FrameworkInfo.getDefaultInstance());
        task.advance(running("first"));
        task.advance(running("second"));
        assertThat(task.knows(ByteString.copyFromUtf8("first"))).isTrue();
        assertThat(task.knows(ByteString.copyFromUtf8("second"))).isTrue();
        assertThat(task.knows(ByteString.copyFromUtf8("third"))).isFalse();
        assertThat(task.view().statuses()).hasSize(1);
    }

    private static TaskStatus running(String uuid) {
        return TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue("t"))
                .setState(TaskState.TASK_RUNNING)
                .setUuid(ByteString.copyFromUtf8(uuid))
                .build();
    }
}
