package io.stoa.state.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import org.apache.mesos.v1.Protos.CheckStatusInfo;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.Labels;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.junit.jupiter.api.Test;

class StoredStatusTest {

    private static final String LONG = "x".repeat(StoredStatus.MAX_BYTES);

    private final TaskStatus.Builder status = TaskStatus.newBuilder()
            .setTaskId(TaskID.newBuilder().setValue("t"))
            .setState(TaskState.TASK_RUNNING)
            .setUuid(ByteString.copyFromUtf8("uuid"))
            .setHealthy(true)
            .setMessage("said")
            .setLabels(labels("here"));

    @Test
    void dataIsNotStored() {
        assertThat(StoredStatus.of(
                        status.clone().setData(ByteString.copyFromUtf8(LONG)).build()))
                .isEqualTo(status.build());
    }

    @Test
    void aLongMessageIsCut() {
        TaskStatus stored = StoredStatus.of(status.setMessage(LONG).build());
        assertThat(stored.getMessage()).isEqualTo(LONG.substring(0, StoredStatus.MAX_MESSAGE_CHARACTERS) + "…");
        assertThat(stored.toBuilder().clearMessage().build())
                .isEqualTo(status.clearMessage().clearLabels().build());
    }

    @Test
    void whateverElseIsLongIsLeftOut() {
        TaskStatus kept = status.clone().clearLabels().build();
        UnknownFieldSet newer = UnknownFieldSet.newBuilder()
                .addField(
                        1000,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFromUtf8(LONG))
                                .build())
                .build();
        assertThat(StoredStatus.of(status.clone().setLabels(labels(LONG)).build()))
                .isEqualTo(kept);
        assertThat(StoredStatus.of(status.clone().setUnknownFields(newer).build()))
                .isEqualTo(kept);
        assertThat(StoredStatus.of(status.clone()
                        .setContainerStatus(ContainerStatus.newBuilder()
                                .setContainerId(ContainerID.newBuilder().setValue(LONG)))
                        .setCheckStatus(CheckStatusInfo.newBuilder()
                                .setCommand(CheckStatusInfo.Command.newBuilder().setExitCode(1)))
                        .build()))
                .isEqualTo(kept);
    }

    private static Labels labels(String value) {
        return Labels.newBuilder()
                .addLabels(Label.newBuilder().setKey("k").setValue(value))
                .build();
    }
}
