package io.stoa.state.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.Labels;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.junit.jupiter.api.Test;

class TaskSpecTest {

    private static final FrameworkId FRAMEWORK = new FrameworkId("F");
    private static final AgentId AGENT = new AgentId("S");
    private static final TaskInfo INFO = TaskInfo.newBuilder()
            .setName("web")
            .setTaskId(TaskID.newBuilder().setValue("web.1"))
            .setAgentId(AgentID.newBuilder().setValue("S"))
            .setLabels(Labels.newBuilder().addLabels(Label.newBuilder().setKey("tier")))
            .build();

    @Test
    void aTaskGivesBackWhatWasLaunched() {
        TaskInfo ofLaterMesos = INFO.toBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                500,
                                UnknownFieldSet.Field.newBuilder().addVarint(7).build())
                        .build())
                .build();
        assertThat(Task.claimed(FRAMEWORK, AGENT, "*", ofLaterMesos).info()).isEqualTo(ofLaterMesos);
    }

    @Test
    void nameAndLabelsAreThereWithoutParsing() {
        TaskSpec spec = TaskSpec.of(INFO);
        assertThat(spec.name()).isEqualTo("web");
        assertThat(spec.labels()).contains(INFO.getLabels());
        assertThat(TaskSpec.of(INFO.toBuilder().clearLabels().build()).labels()).isEmpty();
    }

    @Test
    void aTaskOfTheJournalIsTheOneThatWasClaimed() throws InvalidProtocolBufferException {
        assertThat(Task.claimed(FRAMEWORK, AGENT, "*", INFO.toByteString()))
                .isEqualTo(Task.claimed(FRAMEWORK, AGENT, "*", INFO));
    }

    @Test
    void bytesThatAreNoTaskAreRefusedWhenTheyAreRead() {
        assertThatThrownBy(() -> Task.claimed(FRAMEWORK, AGENT, "*", ByteString.copyFromUtf8("no task")))
                .isInstanceOf(InvalidProtocolBufferException.class);
    }
}
