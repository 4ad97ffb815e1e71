package io.stoa.libprocess.scheduler;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.stoa.libprocess.FakePeers;
import io.stoa.libprocess.Upid;
import io.stoa.mesos.AgentPid;
import io.stoa.mesos.scheduler.SchedulerFixture;
import io.stoa.proto.libprocess.DeactivateFrameworkMessage;
import io.stoa.proto.libprocess.FrameworkErrorMessage;
import io.stoa.proto.libprocess.MesosId;
import io.stoa.proto.libprocess.UnregisterFrameworkMessage;
import io.stoa.state.model.AgentId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.mesos.Protos;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;

/** Frameworks that send messages to a master, and are sent what they would be. */
final class MessagesFixture {

    static final Upid DRIVER = new Upid("scheduler-1", "127.0.0.1", 7070);
    static final Upid OTHER = new Upid("scheduler-2", "127.0.0.1", 7071);
    static final String ID = "M-0000";

    final SchedulerFixture master = new SchedulerFixture();
    final FakePeers peers = new FakePeers(master.loop);
    final List<Upid> left = new ArrayList<>();
    SchedulerMessages messages;

    /** What the gate does with a subscription. */
    Consumer<Consumer<SubscriptionGate.Admission>> gate = then -> SubscriptionGate.OPEN.admit(DRIVER, info(), then);

    private int read;

    MessagesFixture() {
        messages = ofTerm();
    }

    private SchedulerMessages ofTerm() {
        return new SchedulerMessages(
                master.api,
                peers,
                new SubscriptionGate() {
                    @Override
                    public void admit(Upid from, FrameworkInfo info, Consumer<Admission> then) {
                        gate.accept(then);
                    }

                    @Override
                    public void left(Upid pid) {
                        left.add(pid);
                    }
                },
                master.counts,
                new Upid("master", "127.0.0.1", 5050),
                agent -> master.state
                        .snapshot()
                        .agent(new AgentId(agent.getValue()))
                        .map(AgentPid::of));
    }

    /** The lead changes: agents and frameworks are to come back. */
    void changeLeader() {
        master.changeLeader();
        messages = ofTerm();
    }

    static FrameworkInfo info() {
        return SchedulerFixture.framework().setFailoverTimeout(60).build();
    }

    static FrameworkInfo infoWithId() {
        return info().toBuilder().setId(FrameworkID.newBuilder().setValue(ID)).build();
    }

    /** As drivers since Mesos 0.23 do. */
    void subscribe(Upid from, FrameworkInfo info, boolean force) {
        Protos.FrameworkInfo old = parse(Protos.FrameworkInfo.parser(), info.toByteArray());
        org.apache.mesos.scheduler.Protos.Call.Builder call = org.apache.mesos.scheduler.Protos.Call.newBuilder()
                .setType(org.apache.mesos.scheduler.Protos.Call.Type.SUBSCRIBE)
                .setSubscribe(org.apache.mesos.scheduler.Protos.Call.Subscribe.newBuilder()
                        .setFrameworkInfo(old)
                        .setForce(force));
        if (info.hasId()) {
            call.setFrameworkId(old.getId());
        }
        receive(from, "mesos.scheduler.Call", call.build().toByteArray());
    }

    /** The first framework of this master, which is the driver's. */
    void subscribed() {
        subscribe(DRIVER, info(), false);
        sent();
    }

    void call(Upid from, UnaryOperator<Call.Builder> differs) {
        Call call = differs.apply(Call.newBuilder()
                        .setFrameworkId(FrameworkID.newBuilder().setValue(ID)))
                .build();
        receive(from, "mesos.scheduler.Call", call.toByteArray());
    }

    void send(Upid from, Message message) {
        receive(from, EventMessages.name(message), message.toByteArray());
    }

    void receive(Upid from, String name, byte[] body) {
        messages.receive(new io.stoa.libprocess.Message(from, "master", name, body));
        master.loop.runAll();
    }

    void deactivate(Upid from) {
        send(
                from,
                DeactivateFrameworkMessage.newBuilder().setFrameworkId(id(ID)).build());
    }

    void unregister(Upid from) {
        send(
                from,
                UnregisterFrameworkMessage.newBuilder().setFrameworkId(id(ID)).build());
    }

    static MesosId id(String value) {
        return MesosId.newBuilder().setValue(value).build();
    }

    /** {@code scheduler-1 FrameworkErrorMessage Framework failed over}, of what was sent since the last time. */
    List<String> sent() {
        return news().stream()
                .map(one -> {
                    String name = one.name().substring("mesos.internal.".length());
                    boolean error = name.equals("FrameworkErrorMessage");
                    return one.to().id() + " " + name
                            + (error
                                    ? " "
                                            + parse(FrameworkErrorMessage.parser(), one.body())
                                                    .getMessage()
                                    : "");
                })
                .toList();
    }

    /** What was sent since the last time. */
    List<FakePeers.Sent> news() {
        List<FakePeers.Sent> all = peers.sent();
        List<FakePeers.Sent> since = all.subList(read, all.size());
        read = all.size();
        return since;
    }

    static <T> T parse(Parser<T> parser, byte[] body) {
        try {
            return parser.parseFrom(body);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    double counted(String figure) {
        return master.counted("master/" + figure);
    }
}
