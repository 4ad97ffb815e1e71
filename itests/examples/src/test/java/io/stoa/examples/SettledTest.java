package io.stoa.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.junit.jupiter.api.Test;

class SettledTest {

    private final List<TaskStatus> acknowledged = new ArrayList<>();
    private final Settled settled = new Settled(acknowledged::add);

    private static TaskStatus end(String id, String uuid) {
        return TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(id))
                .setState(TaskState.TASK_FAILED)
                .setUuid(ByteString.copyFromUtf8(uuid))
                .build();
    }

    @Test
    void eachEndIsAcknowledgedOnceHoweverOftenItIsSeen() {
        settled.see(List.of(end("a", "1")));
        settled.see(List.of(end("a", "1"), end("b", "2")));
        settled.see(List.of(end("b", "2")));
        assertThat(acknowledged).containsExactly(end("a", "1"), end("b", "2"));
    }

    @Test
    void anEndIsKnownAsLongAsItIsSeen() {
        settled.see(List.of(end("a", "1")));
        assertThat(settled.contains(end("a", "1"))).isTrue();
        settled.see(List.of());
        assertThat(settled.contains(end("a", "1"))).isFalse();
    }

    @Test
    void anotherEndUnderAnIdThatWasUsedBeforeIsAnotherOne() {
        settled.see(List.of(end("a", "1")));
        assertThat(settled.contains(end("a", "2"))).isFalse();
        settled.see(List.of(end("a", "2")));
        assertThat(acknowledged).containsExactly(end("a", "1"), end("a", "2"));
    }
}
