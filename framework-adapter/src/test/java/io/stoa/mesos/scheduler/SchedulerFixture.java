package io.stoa.mesos.scheduler;

import com.google.protobuf.ByteString;
import io.stoa.mesos.Recovered;
import io.stoa.metrics.MasterCounts;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import io.stoa.time.ManualTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;

/** A scheduler API on real decisions, with everything around it under the test's control. */
public final class SchedulerFixture {

    public final SteppedState state = new SteppedState();
    public final FakeAllocator allocator = new FakeAllocator();
    public final FakeGateway gateway = new FakeGateway();
    public final ManualTime time = new ManualTime(1_000_000);
    public final SteppedExecutor loop = new SteppedExecutor();
    public final MasterCounts counts = new MasterCounts();
    public SchedulerApi api;
    private final SchedulerConfig config;
    private int streams;

    public SchedulerFixture() {
        this(SchedulerConfig.DEFAULTS);
    }

    public SchedulerFixture(SchedulerConfig config) {
        this.config = config;
        api = leader();
    }

    private SchedulerApi leader() {
        MasterInfo master = MasterInfo.newBuilder()
                .setId("M")
                .setIp(0)
                .setPort(5050)
                .setHostname("localhost")
                .build();
        Recovered recovered = new Recovered(state.snapshot());
        SchedulerApi next = new SchedulerApi(
                new SchedulerContext(state, allocator, gateway, recovered, master, time, config), counts);
        state.addListener(next.stateListener());
        state.addListener(recovered);
        return next;
    }

    /** The lead changes: agents and frameworks are to come back. */
    public void changeLeader() {
        api.stop();
        loop.runAll();
        api = leader();
    }

    public static FrameworkInfo.Builder framework(FrameworkInfo.Capability.Type... capabilities) {
        FrameworkInfo.Builder info = FrameworkInfo.newBuilder()
                .setUser("root")
                .setName("test")
                .addRoles("*")
                .addCapabilities(
                        FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.MULTI_ROLE));
        for (FrameworkInfo.Capability.Type capability : capabilities) {
            info.addCapabilities(FrameworkInfo.Capability.newBuilder().setType(capability));
        }
        return info;
    }

    FakeStream subscribe(FrameworkInfo.Builder info) {
        FakeStream stream = new FakeStream("stream-" + streams++, loop);
        return subscribe(info, stream, Takeover.ALLOWED);
    }

    /** One that keeps what it is sent. */
    public static EventStream stream(String id, SteppedExecutor loop) {
        return new FakeStream(id, loop);
    }

    /** By a scheduler that is the same wherever the id of its stream is. */
    FakeStream subscribe(FrameworkInfo.Builder info, String streamId, Takeover takeover) {
        return subscribe(info, new FakeStream(streamId, loop), takeover);
    }

    private FakeStream subscribe(FrameworkInfo.Builder info, FakeStream stream, Takeover takeover) {
        Call call = Call.newBuilder()
                .setType(Call.Type.SUBSCRIBE)
                .setSubscribe(Call.Subscribe.newBuilder().setFrameworkInfo(info))
                .build();
        api.subscribe(call, stream, takeover);
        loop.runAll();
        return stream;
    }

    FakeStream subscribe(FrameworkInfo.Builder info, String id) {
        return subscribe(withId(info, id));
    }

    public static FrameworkInfo.Builder withId(FrameworkInfo.Builder info, String id) {
        return info.setId(FrameworkID.newBuilder().setValue(id));
    }

    CallAnswer call(FakeStream stream, Call.Builder call) {
        return call("M-0000", Optional.of(stream.id()), call);
    }

    public CallAnswer call(String framework, Optional<String> streamId, Call.Builder call) {
        List<CallAnswer> answers = new ArrayList<>();
        api.call(
                call.setFrameworkId(FrameworkID.newBuilder().setValue(framework))
                        .build(),
                streamId,
                answers::add);
        loop.runAll();
        return answers.isEmpty() ? CallAnswer.unavailable("no answer yet") : answers.get(0);
    }

    public void advance(long ms) {
        time.advance(ms);
        loop.runAll();
    }

    public AgentId agent(String resources) {
        AgentId id = new AgentId("S" + state.snapshot().agents().size());
        Resources total = Resources.parse(resources);
        AgentInfo info = AgentInfo.newBuilder()
                .setId(AgentID.newBuilder().setValue(id.value()))
                .setHostname("localhost")
                .addAllResources(total.toProto())
                .build();
        List<AgentInfo.Capability> capabilities = Stream.of(
                        AgentInfo.Capability.Type.HIERARCHICAL_ROLE,
                        AgentInfo.Capability.Type.RESERVATION_REFINEMENT,
                        AgentInfo.Capability.Type.RESIZE_VOLUME)
                .map(type -> AgentInfo.Capability.newBuilder().setType(type).build())
                .toList();
        commit(new StateMutation.AdmitAgent(
                id, info, capabilities, "1.11.0", "127.0.0.1", 5051, total, time.epochMs()));
        return id;
    }

    public void commit(StateMutation mutation) {
        state.commit(StateTransaction.of(mutation));
        loop.runAll();
    }

    public static Call.Builder accept(String offer, TaskInfo.Builder... tasks) {
        return accept(offer, launch(tasks));
    }

    public static Offer.Operation.Builder launch(TaskInfo.Builder... tasks) {
        Offer.Operation.Launch.Builder launch = Offer.Operation.Launch.newBuilder();
        for (TaskInfo.Builder task : tasks) {
            launch.addTaskInfos(task);
        }
        return Offer.Operation.newBuilder().setType(Offer.Operation.Type.LAUNCH).setLaunch(launch);
    }

    public static Call.Builder accept(String offer, Offer.Operation.Builder... operations) {
        Call.Accept.Builder accept =
                Call.Accept.newBuilder().addOfferIds(OfferID.newBuilder().setValue(offer));
        for (Offer.Operation.Builder operation : operations) {
            accept.addOperations(operation);
        }
        return Call.newBuilder().setType(Call.Type.ACCEPT).setAccept(accept);
    }

    public static TaskInfo.Builder task(String id, String resources) {
        return TaskInfo.newBuilder()
                .setName(id)
                .setTaskId(TaskID.newBuilder().setValue(id))
                .setAgentId(AgentID.newBuilder().setValue("S0"))
                .addAllResources(Resources.parse(resources).toProto())
                .setCommand(CommandInfo.newBuilder().setValue("true"));
    }

    public static ByteString uuid(int n) {
        byte[] bytes = new byte[16];
        bytes[0] = (byte) n;
        bytes[6] = 0x40;
        return ByteString.copyFrom(bytes);
    }

    /** The agent reports a state of a task of the first framework. */
    public void report(String taskId, TaskState taskState, int uuid) {
        TaskKey key = new TaskKey(new FrameworkId("M-0000"), taskId);
        commit(new StateMutation.UpdateTaskStatus(
                key,
                TaskStatus.newBuilder()
                        .setTaskId(TaskID.newBuilder().setValue(taskId))
                        .setAgentId(AgentID.newBuilder().setValue("S0"))
                        .setState(taskState)
                        .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
                        .setTimestamp(time.epochMs() / 1e3)
                        .setUuid(uuid(uuid))
                        .build()));
    }

    public static Call.Builder acknowledge(String taskId, int uuid) {
        return Call.newBuilder()
                .setType(Call.Type.ACKNOWLEDGE)
                .setAcknowledge(Call.Acknowledge.newBuilder()
                        .setTaskId(TaskID.newBuilder().setValue(taskId))
                        .setAgentId(AgentID.newBuilder().setValue("S0"))
                        .setUuid(uuid(uuid)));
    }

    /** What {@code /metrics/snapshot} says under that name, or 0. */
    public double counted(String figure) {
        Map<String, Double> figures = new HashMap<>();
        counts.addTo(figures);
        return figures.getOrDefault(figure, 0.0);
    }

    public boolean knows(String taskId) {
        return state.snapshot()
                .task(new TaskKey(new FrameworkId("M-0000"), taskId))
                .isPresent();
    }
}
