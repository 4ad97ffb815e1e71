package io.stoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stoa.libprocess.Message;
import io.stoa.libprocess.Upid;
import io.stoa.proto.agent.DriverAcknowledgement;
import io.stoa.proto.agent.FrameworkMessage;
import io.stoa.proto.libprocess.FrameworkToExecutorMessage;
import io.stoa.proto.libprocess.MesosId;
import io.stoa.proto.libprocess.StatusUpdateAcknowledgementMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FrameworkMessagesTest {

    private static final String TO_EXECUTOR = "mesos.internal.FrameworkToExecutorMessage";
    private static final String ACKNOWLEDGEMENT = "mesos.internal.StatusUpdateAcknowledgementMessage";

    private static final ByteString UUID = ByteString.copyFromUtf8("0123456789abcdef");

    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final List<FrameworkMessage> messages = new ArrayList<>();
    private final List<DriverAcknowledgement> acknowledgements = new ArrayList<>();
    private boolean hasMaster = true;
    private final FrameworkMessages received = new FrameworkMessages(
            loop::add, messages::add, acknowledgement -> hasMaster && acknowledgements.add(acknowledgement));

    @Test
    void aMessageToAnExecutorGoesThereInTheOrderInWhichItCame() {
        receive(TO_EXECUTOR, message("first"));
        receive(TO_EXECUTOR, message("second"));
        assertThat(messages).isEmpty();

        loop.forEach(Runnable::run);

        assertThat(messages)
                .extracting(
                        FrameworkMessage::getFrameworkId,
                        FrameworkMessage::getExecutorId,
                        one -> one.getData().toStringUtf8())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("f", "e", "first"),
                        org.assertj.core.groups.Tuple.tuple("f", "e", "second"));
    }

    @Test
    void anAcknowledgementGoesOnWithWhoSaidIt() {
        receive(ACKNOWLEDGEMENT, acknowledgement());
        loop.forEach(Runnable::run);

        assertThat(acknowledgements)
                .containsExactly(DriverAcknowledgement.newBuilder()
                        .setFrom("scheduler(1)@10.0.0.7:7070")
                        .setFrameworkId("f")
                        .setTaskId("t")
                        .setUuid(UUID)
                        .build());
        assertThat(dropped()).isZero();
    }

    @Test
    void anAcknowledgementIsDroppedAndCountedWhereThereIsNoWayToTheMaster() {
        hasMaster = false;
        receive(ACKNOWLEDGEMENT, acknowledgement());
        loop.forEach(Runnable::run);

        assertThat(dropped()).isOne();
    }

    @Test
    void whatCannotBeReadOrIsNotForAgentsIsIgnored() {
        receive(TO_EXECUTOR, new byte[] {10, -1, -1});
        receive(TO_EXECUTOR, new byte[0]);
        receive(ACKNOWLEDGEMENT, new byte[] {1});
        receive("mesos.internal.ShutdownMessage", new byte[0]);
        receive("", new byte[0]);

        assertThat(loop).isEmpty();
    }

    @Test
    void moreThanTheAgentCanWorkOnIsDroppedAndCounted() {
        for (int i = 0; i < 1_500; i++) {
            receive(TO_EXECUTOR, message("m"));
        }
        assertThat(loop).hasSize(1_000);
        assertThat(dropped()).isEqualTo(500);
        loop.forEach(Runnable::run);
        loop.clear();

        byte[] large = message("m".repeat(30 << 20));
        for (int i = 0; i < 5; i++) {
            receive(TO_EXECUTOR, large);
        }
        assertThat(loop).hasSize(2);
        assertThat(dropped()).isEqualTo(503);
    }

    private double dropped() {
        Map<String, Double> figures = new TreeMap<>();
        received.addTo(figures);
        return java.util.Objects.requireNonNull(figures.get("stoa/libprocess/messages_dropped"));
    }

    private void receive(String name, byte[] body) {
        received.receive(new Message(new Upid("scheduler(1)", "10.0.0.7", 7070), "slave(1)", name, body));
    }

    private static byte[] acknowledgement() {
        return StatusUpdateAcknowledgementMessage.newBuilder()
                .setSlaveId(id("a"))
                .setFrameworkId(id("f"))
                .setTaskId(id("t"))
                .setUuid(UUID)
                .build()
                .toByteArray();
    }

    private static byte[] message(String data) {
        return FrameworkToExecutorMessage.newBuilder()
                .setSlaveId(id("a"))
                .setFrameworkId(id("f"))
                .setExecutorId(id("e"))
                .setData(ByteString.copyFromUtf8(data))
                .build()
                .toByteArray();
    }

    private static MesosId id(String value) {
        return MesosId.newBuilder().setValue(value).build();
    }
}
