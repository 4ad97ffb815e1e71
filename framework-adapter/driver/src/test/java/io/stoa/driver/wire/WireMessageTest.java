package io.stoa.driver.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnknownFieldSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.Test;

final class WireMessageTest {

    private static final TaskStatus STATUS = TaskStatus.newBuilder()
            .setTaskId(TaskID.newBuilder().setValue("täsk"))
            .setState(TaskState.TASK_RUNNING)
            .setUuid(ByteString.copyFrom(new byte[] {1, 2, 3}))
            .setTimestamp(1.5)
            .setHealthy(true)
            .build();

    @Test
    void fieldsOfAMessageAreReadByTheirNumbers() throws MalformedMessageException {
        WireMessage status = WireMessage.parse(STATUS.toByteArray());

        assertThat(status.message(1).text(1, "")).isEqualTo("täsk");
        assertThat(status.integer(2, -1)).isEqualTo(TaskState.TASK_RUNNING_VALUE);
        assertThat(status.decimal(6, 0)).isEqualTo(1.5);
        assertThat(status.flag(8, false)).isTrue();
        assertThat(status.bytes(11)).containsExactly(1, 2, 3);
    }

    @Test
    void anAbsentFieldIsWhatTheCallerSaysItIs() throws MalformedMessageException {
        WireMessage status = WireMessage.parse(STATUS.toByteArray());

        assertThat(status.has(2)).isTrue();
        assertThat(status.has(9)).isFalse();
        assertThat(status.integer(9, 7)).isEqualTo(7);
        assertThat(status.text(4, "none")).isEqualTo("none");
        assertThat(status.bytes(3)).isEmpty();
        assertThat(status.message(5).has(1)).isFalse();
        assertThat(status.all(5)).isEmpty();
    }

    @Test
    void aFieldOfAnotherTypeIsAnAbsentOne() throws MalformedMessageException {
        WireMessage status = WireMessage.parse(STATUS.toByteArray());

        assertThat(status.integer(1, 7)).isEqualTo(7);
        assertThat(status.text(2, "none")).isEqualTo("none");
        assertThat(status.decimal(2, 3)).isEqualTo(3);
    }

    @Test
    void repeatedFieldsKeepTheirOrder() throws MalformedMessageException {
        FrameworkInfo framework = FrameworkInfo.newBuilder()
                .setUser("user")
                .setName("name")
                .addRoles("b")
                .addRoles("a")
                .build();
        byte[] offers = Call.Decline.newBuilder()
                .addOfferIds(OfferID.newBuilder().setValue("2"))
                .addOfferIds(OfferID.newBuilder().setValue("1"))
                .build()
                .toByteArray();

        assertThat(WireMessage.parse(framework.toByteArray()).texts(12)).containsExactly("b", "a");
        assertThat(WireMessage.parse(offers).messages(1))
                .extracting(id -> id.text(1, ""))
                .containsExactly("2", "1");
    }

    @Test
    void numbersAreReadPackedAndUnpacked() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream output = CodedOutputStream.newInstance(bytes);
        output.writeInt32(4, 300);
        output.writeByteArray(4, new byte[] {5, (byte) 0xac, 2});
        output.writeInt32(4, -1);
        output.flush();

        assertThat(WireMessage.parse(bytes.toByteArray()).integers(4)).containsExactly(300, 5, 300, -1);
    }

    @Test
    void aMessageThatOccursTwiceIsMergedAndAValueThatOccursTwiceIsTheLastOne() throws IOException {
        byte[] twice = new WireWriter()
                .raw(STATUS.toByteArray())
                .message(1, new WireWriter().text(1, "other").integer(2, 5))
                .integer(2, TaskState.TASK_LOST_VALUE)
                .toByteArray();

        WireMessage status = WireMessage.parse(twice);

        assertThat(status.message(1).text(1, "")).isEqualTo("other");
        assertThat(status.message(1).integer(2, 0)).isEqualTo(5);
        assertThat(TaskStatus.parseFrom(twice).getState()).isEqualTo(TaskState.TASK_LOST);
        assertThat(status.integer(2, 0)).isEqualTo(TaskState.TASK_LOST_VALUE);
    }

    @Test
    void whatIsWrittenIsWhatTheBindingsWrite() throws IOException {
        byte[] written = new WireWriter()
                .message(1, new WireWriter().text(1, "täsk"))
                .integer(2, TaskState.TASK_RUNNING_VALUE)
                .decimal(6, 1.5)
                .flag(8, true)
                .bytes(11, new byte[] {1, 2, 3})
                .toByteArray();

        assertThat(TaskStatus.parseFrom(written)).isEqualTo(STATUS);
        assertThat(written).isEqualTo(STATUS.toByteArray());
    }

    @Test
    void fieldsAreCopiedFromOneMessageToAnother() throws IOException {
        WireMessage status = WireMessage.parse(STATUS.toByteArray());

        byte[] rest = new WireWriter().allBut(status, 11, 8).toByteArray();
        byte[] some = new WireWriter().copy(status, 1).copy(status, 2).toByteArray();

        assertThat(TaskStatus.parseFrom(rest))
                .isEqualTo(STATUS.toBuilder().clearUuid().clearHealthy().build());
        assertThat(TaskStatus.parseFrom(some))
                .isEqualTo(TaskStatus.newBuilder()
                        .setTaskId(STATUS.getTaskId())
                        .setState(STATUS.getState())
                        .build());
    }

    @Test
    void everyKindOfFieldSurvivesACopy() throws IOException {
        byte[] message = UnknownFieldSet.newBuilder()
                .addField(1, UnknownFieldSet.Field.newBuilder().addFixed32(-7).build())
                .addField(2, UnknownFieldSet.Field.newBuilder().addFixed64(-8).build())
                .addField(3, UnknownFieldSet.Field.newBuilder().addVarint(-9).build())
                .addField(
                        (1 << 29) - 1,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFromUtf8("x"))
                                .build())
                .build()
                .toByteArray();

        assertThat(new WireWriter().allBut(WireMessage.parse(message)).toByteArray())
                .isEqualTo(message);
    }

    @Test
    void aMessageThatEndsWithinAFieldIsRefused() {
        byte[] whole = STATUS.toByteArray();
        byte[] half = java.util.Arrays.copyOf(whole, whole.length - 1);

        assertThatThrownBy(() -> WireMessage.parse(half))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageStartingWith("A message of " + half.length + " bytes ends or breaks in field 5");
    }

    @Test
    void aFieldThatIsLongerThanItsMessageTakesNoMemory() {
        assertThatThrownBy(() ->
                        WireMessage.parse(new byte[] {10, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7, 1}))
                .isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(() ->
                        WireMessage.parse(new byte[] {10, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 15, 1}))
                .isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void groupsAreRefusedHoweverDeep() {
        byte[] groups = new byte[1 << 20];
        java.util.Arrays.fill(groups, (byte) 11);

        assertThatThrownBy(() -> WireMessage.parse(groups))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("wire type 3 of field number 1");
    }

    @Test
    void manyTinyFieldsAreSplitInOneGo() throws MalformedMessageException {
        byte[] many = new byte[2 << 20];
        for (int i = 0; i < many.length; i += 2) {
            many[i] = 8;
            many[i + 1] = 1;
        }

        assertThat(WireMessage.parse(many).integer(1, 0)).isEqualTo(1);
    }

    @Test
    void valuesOfAnOfferAreReadThreeLevelsDown() throws MalformedMessageException {
        Offer offer = Offer.newBuilder()
                .setId(OfferID.newBuilder().setValue("o"))
                .setFrameworkId(
                        org.apache.mesos.v1.Protos.FrameworkID.newBuilder().setValue("f"))
                .setAgentId(org.apache.mesos.v1.Protos.AgentID.newBuilder().setValue("a"))
                .setHostname("h")
                .addResources(Resource.newBuilder()
                        .setName("cpus")
                        .setType(Value.Type.SCALAR)
                        .setScalar(Value.Scalar.newBuilder().setValue(0.5)))
                .build();

        List<WireMessage> resources = WireMessage.parse(offer.toByteArray()).messages(5);

        assertThat(resources).hasSize(1);
        assertThat(resources.get(0).message(3).decimal(1, 0)).isEqualTo(0.5);
        assertThat(resources.get(0).bytes(1)).isEqualTo("cpus".getBytes(StandardCharsets.UTF_8));
    }
}
