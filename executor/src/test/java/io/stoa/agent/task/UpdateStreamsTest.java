package io.stoa.agent.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.time.ManualTime;
import java.util.ArrayList;
import java.util.List;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.junit.jupiter.api.Test;

class UpdateStreamsTest {

    private static final TaskKey A = new TaskKey("f1", "a");
    private static final TaskKey B = new TaskKey("f2", "b");

    private final ManualTime time = new ManualTime(0);
    private final List<String> sent = new ArrayList<>();
    private int capacity = Integer.MAX_VALUE;
    private final UpdateStreams streams = new UpdateStreams(this::offer, time, Runnable::run);

    @Test
    void nextUpdateWaitsForTheAcknowledgementOfTheOneBefore() {
        streams.add(A, status("1", TaskState.TASK_STARTING));
        streams.add(A, status("2", TaskState.TASK_RUNNING));
        assertThat(sent).containsExactly("1");
        assertThat(streams.awaits(A, uuid("1"))).isTrue();
        assertThat(streams.awaits(A, uuid("2"))).isFalse();
        assertThat(streams.awaits(B, uuid("1"))).isFalse();
        assertThat(streams.acknowledge(A, uuid("1"))).isTrue();
        assertThat(sent).containsExactly("1", "2");
    }

    @Test
    void updatesOfOtherTasksDoNotWait() {
        streams.add(A, status("1", TaskState.TASK_STARTING));
        streams.add(B, status("2", TaskState.TASK_STARTING));
        assertThat(sent).containsExactly("1", "2");
    }

    @Test
    void latestStateIsToldThoughItsUpdateWaits() throws Exception {
        capacity = 0;
        streams.add(A, status("1", TaskState.TASK_STARTING));
        streams.add(A, status("2", TaskState.TASK_FINISHED));
        capacity = 1;
        streams.drain();
        assertThat(last.getStatusUpdate().getLatestState()).isEqualTo(TaskState.TASK_FINISHED_VALUE);
        assertThat(TaskStatus.parseFrom(last.getStatusUpdate().getStatus()).getState())
                .isEqualTo(TaskState.TASK_STARTING);
    }

    @Test
    void unacknowledgedUpdateIsRepeatedAfterTenSecondsThenTwiceAsLong() {
        streams.add(A, status("1", TaskState.TASK_RUNNING));
        time.advance(9_999);
        assertThat(sent).hasSize(1);
        time.advance(1);
        assertThat(sent).hasSize(2);
        time.advance(19_999);
        assertThat(sent).hasSize(2);
        time.advance(1);
        assertThat(sent).hasSize(3);
    }

    @Test
    void repetitionsAreAtMostTenMinutesApart() {
        streams.add(A, status("1", TaskState.TASK_RUNNING));
        time.advance(3_600_000);
        sent.clear();
        time.advance(1_200_000);
        assertThat(sent).hasSize(2);
    }

    @Test
    void acknowledgedUpdateIsNotRepeated() {
        streams.add(A, status("1", TaskState.TASK_RUNNING));
        streams.acknowledge(A, uuid("1"));
        time.advance(3_600_000);
        assertThat(sent).hasSize(1);
        assertThat(streams.isEmpty(A)).isTrue();
    }

    @Test
    void wrongAndRepeatedAcknowledgementsChangeNothing() {
        streams.add(A, status("1", TaskState.TASK_STARTING));
        streams.add(A, status("2", TaskState.TASK_RUNNING));
        assertThat(streams.acknowledge(A, uuid("2"))).isFalse();
        assertThat(streams.acknowledge(B, uuid("1"))).isFalse();
        assertThat(streams.acknowledge(A, uuid("1"))).isTrue();
        assertThat(streams.acknowledge(A, uuid("1"))).isFalse();
        assertThat(sent).containsExactly("1", "2");
    }

    @Test
    void resendingBeginsWithShortWaitsAgain() {
        streams.add(A, status("1", TaskState.TASK_RUNNING));
        streams.add(B, status("2", TaskState.TASK_RUNNING));
        time.advance(100_000);
        sent.clear();
        streams.resend(key -> key.equals(A));
        assertThat(sent).containsExactly("1");
        time.advance(10_000);
        assertThat(sent).containsExactly("1", "1");
    }

    @Test
    void whatTheLinkDoesNotTakeIsSentOnceWhenItTakesMore() {
        capacity = 1;
        streams.add(A, status("1", TaskState.TASK_RUNNING));
        streams.add(B, status("2", TaskState.TASK_RUNNING));
        assertThat(sent).containsExactly("1");
        capacity = 5;
        streams.drain();
        streams.drain();
        assertThat(sent).containsExactly("1", "2");
    }

    @Test
    void aRemovedStreamIsSilent() {
        streams.add(A, status("1", TaskState.TASK_RUNNING));
        streams.remove(A);
        time.advance(100_000);
        assertThat(sent).hasSize(1);
    }

    private AgentMessage last = AgentMessage.getDefaultInstance();

    private boolean offer(AgentMessage message) {
        if (capacity == 0) {
            return false;
        }
        capacity--;
        last = message;
        try {
            sent.add(TaskStatus.parseFrom(message.getStatusUpdate().getStatus())
                    .getUuid()
                    .toStringUtf8());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
        return true;
    }

    private static TaskStatus status(String uuid, TaskState state) {
        return TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue("t"))
                .setState(state)
                .setUuid(uuid(uuid))
                .build();
    }

    private static ByteString uuid(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
