package io.stoa.libprocess.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import io.stoa.libprocess.Message;
import io.stoa.libprocess.Upid;
import io.stoa.mesos.scheduler.Takeover;
import io.stoa.proto.libprocess.DeactivateFrameworkMessage;
import io.stoa.proto.libprocess.FrameworkToExecutorMessage;
import io.stoa.proto.libprocess.KillTaskMessage;
import io.stoa.proto.libprocess.LaunchTasksMessage;
import io.stoa.proto.libprocess.MesosId;
import io.stoa.proto.libprocess.ReconcileTasksMessage;
import io.stoa.proto.libprocess.RegisterFrameworkMessage;
import io.stoa.proto.libprocess.ReregisterFrameworkMessage;
import io.stoa.proto.libprocess.ResourceRequestMessage;
import io.stoa.proto.libprocess.ReviveOffersMessage;
import io.stoa.proto.libprocess.StatusUpdateAcknowledgementMessage;
import io.stoa.proto.libprocess.UnregisterFrameworkMessage;
import io.stoa.state.model.FrameworkId;
import java.util.stream.Stream;
import org.apache.mesos.Protos;
import org.apache.mesos.scheduler.Protos.Call;
import org.apache.mesos.scheduler.Protos.OfferConstraints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages are made with the classes of {@code mesos}, as drivers make them. */
class MessageDecoderTest {

    private static final Upid DRIVER = new Upid("scheduler(1)", "127.0.0.1", 7070);
    private static final MesosId FRAMEWORK = MesosId.newBuilder().setValue("F").build();

    static Stream<Arguments> calls() {
        ByteString task = Protos.TaskInfo.newBuilder()
                .setName("n")
                .setTaskId(Protos.TaskID.newBuilder().setValue("T"))
                .setSlaveId(Protos.SlaveID.newBuilder().setValue("S"))
                .build()
                .toByteString();
        ByteString filters =
                Protos.Filters.newBuilder().setRefuseSeconds(7).build().toByteString();
        ByteString offer = Protos.OfferID.newBuilder().setValue("O").build().toByteString();
        ByteString status = Protos.TaskStatus.newBuilder()
                .setTaskId(Protos.TaskID.newBuilder().setValue("T"))
                .setState(Protos.TaskState.TASK_RUNNING)
                .setSlaveId(Protos.SlaveID.newBuilder().setValue("S"))
                .build()
                .toByteString();
        return Stream.of(
                Arguments.of(
                        LaunchTasksMessage.newBuilder()
                                .setFrameworkId(FRAMEWORK)
                                .addTasks(task)
                                .setFilters(filters)
                                .addOfferIds(offer)
                                .build(),
                        """
                        framework_id { value: "F" } type: ACCEPT accept { offer_ids { value: "O" } operations { type: LAUNCH \
                        launch { task_infos { name: "n" task_id { value: "T" } agent_id { value: "S" } } } } \
                        filters { refuse_seconds: 7.0 } }"""),
                Arguments.of(
                        LaunchTasksMessage.newBuilder()
                                .setFrameworkId(FRAMEWORK)
                                .setFilters(filters)
                                .addOfferIds(offer)
                                .build(),
                        """
                        framework_id { value: "F" } type: DECLINE decline { offer_ids { value: "O" } \
                        filters { refuse_seconds: 7.0 } }"""),
                Arguments.of(
                        ReviveOffersMessage.newBuilder()
                                .setFrameworkId(FRAMEWORK)
                                .addRoles("a")
                                .build(),
                        "framework_id { value: \"F\" } type: REVIVE revive { roles: \"a\" }"),
                Arguments.of(
                        KillTaskMessage.newBuilder()
                                .setFrameworkId(FRAMEWORK)
                                .setTaskId(id("T"))
                                .build(),
                        "framework_id { value: \"F\" } type: KILL kill { task_id { value: \"T\" } }"),
                Arguments.of(
                        StatusUpdateAcknowledgementMessage.newBuilder()
                                .setFrameworkId(FRAMEWORK)
                                .setSlaveId(id("S"))
                                .setTaskId(id("T"))
                                .setUuid(ByteString.copyFromUtf8("u"))
                                .build(),
                        """
                        framework_id { value: "F" } type: ACKNOWLEDGE acknowledge { agent_id { value: "S" } \
                        task_id { value: "T" } uuid: "u" }"""),
                Arguments.of(
                        ReconcileTasksMessage.newBuilder()
                                .setFrameworkId(FRAMEWORK)
                                .addStatuses(status)
                                .build(),
                        """
                        framework_id { value: "F" } type: RECONCILE reconcile { tasks { task_id { value: "T" } \
                        agent_id { value: "S" } } }"""),
                Arguments.of(
                        ResourceRequestMessage.newBuilder()
                                .setFrameworkId(FRAMEWORK)
                                .addRequests(Protos.Request.newBuilder()
                                        .setSlaveId(Protos.SlaveID.newBuilder().setValue("S"))
                                        .build()
                                        .toByteString())
                                .build(),
                        "framework_id { value: \"F\" } type: REQUEST request { requests { agent_id { value: \"S\" } } }"),
                Arguments.of(
                        FrameworkToExecutorMessage.newBuilder()
                                .setFrameworkId(FRAMEWORK)
                                .setSlaveId(id("S"))
                                .setExecutorId(id("E"))
                                .setData(ByteString.copyFromUtf8("d"))
                                .build(),
                        """
                        framework_id { value: "F" } type: MESSAGE message { agent_id { value: "S" } \
                        executor_id { value: "E" } data: "d" }"""));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void anOldMessageIsACallInOtherWords(com.google.protobuf.Message message, String call) throws Exception {
        assertThat(decode(message))
                .isInstanceOfSatisfying(
                        Request.Say.class, say -> assertThat(text(say.call())).isEqualTo(call.strip()));
    }

    @Test
    void theCallOfADriverIsReadAsOneOfV1() throws Exception {
        Call kill = Call.newBuilder()
                .setFrameworkId(Protos.FrameworkID.newBuilder().setValue("F"))
                .setType(Call.Type.KILL)
                .setKill(Call.Kill.newBuilder()
                        .setTaskId(Protos.TaskID.newBuilder().setValue("T"))
                        .setSlaveId(Protos.SlaveID.newBuilder().setValue("S")))
                .build();
        assertThat(decode("mesos.scheduler.Call", kill.toByteArray()))
                .isInstanceOfSatisfying(
                        Request.Say.class,
                        say -> assertThat(text(say.call()))
                                .isEqualTo("framework_id { value: \"F\" } type: KILL kill { task_id { value: \"T\" }"
                                        + " agent_id { value: \"S\" } }"));
    }

    @Test
    void whoMustTakeAFrameworkOverSaysSo() throws Exception {
        Call.Subscribe.Builder subscribe = Call.Subscribe.newBuilder().setFrameworkInfo(info());
        Call.Builder call = Call.newBuilder().setType(Call.Type.SUBSCRIBE);
        assertThat(takeover(call.setSubscribe(subscribe))).isEqualTo(Takeover.REFUSED);
        assertThat(takeover(call.setSubscribe(subscribe.setForce(false)))).isEqualTo(Takeover.REFUSED);
        assertThat(takeover(call.setSubscribe(subscribe.setForce(true)))).isEqualTo(Takeover.ALLOWED);
    }

    @Test
    void aSubscriptionSaysWhatTheFrameworkWants() throws Exception {
        Call.Builder call = Call.newBuilder()
                .setFrameworkId(Protos.FrameworkID.newBuilder().setValue("F"))
                .setType(Call.Type.SUBSCRIBE)
                .setSubscribe(Call.Subscribe.newBuilder()
                        .setFrameworkInfo(infoWithId())
                        .setForce(true)
                        .addSuppressedRoles("a")
                        .setOfferConstraints(OfferConstraints.newBuilder()
                                .putRoleConstraints("r", OfferConstraints.RoleConstraints.getDefaultInstance())));
        Request.Subscribe read =
                (Request.Subscribe) decode("mesos.scheduler.Call", call.build().toByteArray());
        assertThat(text(read.call())).isEqualTo("""
                        framework_id { value: "F" } type: SUBSCRIBE subscribe { framework_info { user: "u" name: "n" \
                        id { value: "F" } } suppressed_roles: "a" offer_constraints { role_constraints { key: "r" \
                        value { } } } }""");
    }

    @Test
    void aSubscriptionWithoutAnythingIsACallThatMakesNoSense() throws Exception {
        assertThat(decode(
                        "mesos.scheduler.Call",
                        Call.newBuilder().setType(Call.Type.SUBSCRIBE).build().toByteArray()))
                .isInstanceOf(Request.Say.class);
    }

    private static Takeover takeover(Call.Builder call) throws Exception {
        return ((Request.Subscribe) decode("mesos.scheduler.Call", call.build().toByteArray())).takeover();
    }

    @Test
    void registrationsOfOldAreSubscriptions() throws Exception {
        assertThat(decode(RegisterFrameworkMessage.newBuilder()
                        .setFramework(info().build().toByteString())
                        .build()))
                .isInstanceOfSatisfying(Request.Subscribe.class, subscribe -> {
                    assertThat(subscribe.takeover()).isEqualTo(Takeover.REFUSED);
                    assertThat(text(subscribe.call()))
                            .isEqualTo("type: SUBSCRIBE subscribe { framework_info { user: \"u\" name: \"n\" } }");
                });
        for (boolean failover : new boolean[] {false, true}) {
            assertThat(decode(ReregisterFrameworkMessage.newBuilder()
                            .setFramework(infoWithId().toByteString())
                            .setFailover(failover)
                            .build()))
                    .isInstanceOfSatisfying(Request.Subscribe.class, subscribe -> {
                        assertThat(subscribe.takeover()).isEqualTo(failover ? Takeover.ALLOWED : Takeover.REFUSED);
                        assertThat(subscribe.call().getFrameworkId().getValue()).isEqualTo("F");
                    });
        }
    }

    @Test
    void registrationsThatMakeNoSenseAreRefusedInMesosWords() throws Exception {
        assertThat(decode(RegisterFrameworkMessage.newBuilder()
                        .setFramework(infoWithId().toByteString())
                        .build()))
                .isEqualTo(new Request.Refuse("Registering with 'id' already set"));
        assertThat(decode(ReregisterFrameworkMessage.newBuilder()
                        .setFramework(info().build().toByteString())
                        .setFailover(true)
                        .build()))
                .isEqualTo(new Request.Refuse("Re-registering without an 'id'"));
    }

    @Test
    void aFrameworkLeavesInTwoWays() throws Exception {
        assertThat(decode(DeactivateFrameworkMessage.newBuilder()
                        .setFrameworkId(FRAMEWORK)
                        .build()))
                .isEqualTo(new Request.Deactivate(new FrameworkId("F")));
        assertThat(decode(UnregisterFrameworkMessage.newBuilder()
                        .setFrameworkId(FRAMEWORK)
                        .build()))
                .isEqualTo(new Request.Unregister(new FrameworkId("F")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mesos.scheduler.Call",
                "mesos.internal.RegisterFrameworkMessage",
                "mesos.internal.ReregisterFrameworkMessage",
                "mesos.internal.UnregisterFrameworkMessage",
                "mesos.internal.DeactivateFrameworkMessage",
                "mesos.internal.ResourceRequestMessage",
                "mesos.internal.LaunchTasksMessage",
                "mesos.internal.ReviveOffersMessage",
                "mesos.internal.KillTaskMessage",
                "mesos.internal.StatusUpdateAcknowledgementMessage",
                "mesos.internal.ReconcileTasksMessage",
                "mesos.internal.FrameworkToExecutorMessage"
            })
    void whatIsNoMessageOfThatNameIsNotRead(String name) {
        assertThatThrownBy(() -> decode(name, new byte[] {0x0a, (byte) 0xff, (byte) 0xff}))
                .isInstanceOf(InvalidProtocolBufferException.class);
        if (!name.equals("mesos.scheduler.Call")) {
            assertThatThrownBy(() -> decode(name, new byte[0]))
                    .as("without what is required")
                    .isInstanceOf(InvalidProtocolBufferException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "mesos.internal.NoSuchMessage", "KillTaskMessage", "mesos.internal.PingSlaveMessage"})
    void otherMessagesAreNobodys(String name) throws Exception {
        assertThat(MessageDecoder.decode(new Message(DRIVER, "master", name, new byte[0])))
                .isEmpty();
    }

    private static Request decode(com.google.protobuf.Message message) throws InvalidProtocolBufferException {
        return decode(EventMessages.name(message), message.toByteArray());
    }

    private static Request decode(String name, byte[] body) throws InvalidProtocolBufferException {
        return MessageDecoder.decode(new Message(DRIVER, "master", name, body)).orElseThrow();
    }

    private static Protos.FrameworkInfo.Builder info() {
        return Protos.FrameworkInfo.newBuilder().setUser("u").setName("n");
    }

    private static Protos.FrameworkInfo infoWithId() {
        return info().setId(Protos.FrameworkID.newBuilder().setValue("F")).build();
    }

    private static MesosId id(String value) {
        return MesosId.newBuilder().setValue(value).build();
    }

    private static String text(com.google.protobuf.Message message) {
        return TextFormat.printer()
                .printToString(message)
                .replaceAll("\\s+", " ")
                .strip();
    }
}
