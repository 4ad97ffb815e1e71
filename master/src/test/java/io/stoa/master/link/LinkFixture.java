package io.stoa.master.link;

import static io.stoa.testing.Patience.await;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.stoa.mesos.AgentEvents;
import io.stoa.metrics.MasterCounts;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.AgentTask;
import io.stoa.proto.agent.Endpoint;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.proto.agent.Pong;
import io.stoa.proto.agent.Register;
import io.stoa.proto.agent.Reregister;
import io.stoa.proto.agent.StatusUpdate;
import io.stoa.state.ReplicatedState;
import io.stoa.state.StateConfig;
import io.stoa.state.journal.InMemoryJournal;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateChange;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import io.stoa.time.ManualTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/** A state, the links on it, and agents that say what the test wants. */
final class LinkFixture implements AutoCloseable {

    static final LinkConfig CONFIG = new LinkConfig(1_000, 2, 10_000);
    static final FrameworkId PLAIN = new FrameworkId("plain");
    static final FrameworkId CHECKPOINTING = new FrameworkId("checkpointing");
    static final FrameworkId PARTITION_AWARE = new FrameworkId("partition-aware");

    final InMemoryJournal journal = new InMemoryJournal();
    final ManualTime time = new ManualTime(1_795_000_000_000L);
    final MasterCounts counts = new MasterCounts();
    final RecordedEvents events = new RecordedEvents();
    final ReplicatedState state;
    final List<StateChange> changes = new CopyOnWriteArrayList<>();
    final AgentLinkHandler handler = new AgentLinkHandler(() -> Runnable::run);
    final AgentLinks links;
    final TaskEnder ender;

    LinkFixture() throws Exception {
        this(CONFIG);
    }

    LinkFixture(LinkConfig config) throws Exception {
        state = ReplicatedState.leading(journal, StateConfig.STANDARD);
        state.addListener((snapshot, committed) -> changes.addAll(committed));
        links = new AgentLinks(
                state,
                MasterInfo.newBuilder().setId("m").setIp(0).setPort(5050).build(),
                config,
                counts,
                time,
                Runnable::run,
                why -> {});
        state.addListener(links);
        ender = new TaskEnder(state, links, events);
        links.start(ender);
        handler.lead(links);
        admit(PLAIN, FrameworkInfo.newBuilder());
        admit(CHECKPOINTING, FrameworkInfo.newBuilder().setCheckpoint(true));
        admit(
                PARTITION_AWARE,
                FrameworkInfo.newBuilder()
                        .setCheckpoint(true)
                        .addCapabilities(FrameworkInfo.Capability.newBuilder()
                                .setType(FrameworkInfo.Capability.Type.PARTITION_AWARE)));
    }

    private void admit(FrameworkId id, FrameworkInfo.Builder info) throws Exception {
        commit(new StateMutation.AdmitFramework(
                id,
                info.setUser("root")
                        .setName(id.value())
                        .setId(FrameworkID.newBuilder().setValue(id.value()))
                        .build(),
                time.epochMs()));
    }

    CommitResult commit(StateMutation mutation) throws Exception {
        return state.commit(StateTransaction.of(mutation)).get();
    }

    /** Claims one cpu for a task. */
    TaskKey claim(FrameworkId framework, AgentId agent, String taskId) throws Exception {
        commit(new StateMutation.Claim(framework, agent, "*", task(agent, taskId)));
        return new TaskKey(framework, taskId);
    }

    TaskKey running(FrameworkId framework, AgentId agent, String taskId) throws Exception {
        TaskKey key = claim(framework, agent, taskId);
        commit(new StateMutation.UpdateTaskStatus(key, status(taskId, TaskState.TASK_RUNNING, 1)));
        return key;
    }

    /** What {@code /metrics/snapshot} says under that name. */
    double counted(String figure) {
        Map<String, Double> figures = new HashMap<>();
        counts.addTo(figures);
        return figures.getOrDefault(figure, 0.0);
    }

    TaskState stateOf(TaskKey task) {
        return state.snapshot().task(task).orElseThrow().state();
    }

    /** The statuses that the task's framework is told. */
    List<TaskStatus> statuses(TaskKey task) {
        return changes.stream()
                .filter(StateChange.TaskStatusChanged.class::isInstance)
                .map(StateChange.TaskStatusChanged.class::cast)
                .filter(change -> change.task().key().equals(task))
                .map(StateChange.TaskStatusChanged::status)
                .toList();
    }

    TaskStatus lastStatus(TaskKey task) {
        List<TaskStatus> all = statuses(task);
        return all.get(all.size() - 1);
    }

    static TaskInfo task(AgentId agent, String taskId) {
        return TaskInfo.newBuilder()
                .setName(taskId)
                .setTaskId(TaskID.newBuilder().setValue(taskId))
                .setAgentId(AgentID.newBuilder().setValue(agent.value()))
                .addAllResources(Resources.parse("cpus:1").toProto("*"))
                .setCommand(CommandInfo.newBuilder().setValue("true"))
                .build();
    }

    static TaskInfo withExecutor(TaskInfo task, String executorId) {
        return task.toBuilder()
                .clearCommand()
                .setExecutor(ExecutorInfo.newBuilder()
                        .setExecutorId(ExecutorID.newBuilder().setValue(executorId))
                        .addAllResources(Resources.parse("cpus:0.5").toProto("*")))
                .build();
    }

    static TaskStatus status(String taskId, TaskState taskState, int uuid) {
        return TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(taskId))
                .setState(taskState)
                .setUuid(uuid(uuid))
                .build();
    }

    static ByteString uuid(int number) {
        byte[] bytes = new byte[16];
        bytes[6] = 0x40;
        bytes[15] = (byte) number;
        return ByteString.copyFrom(bytes);
    }

    TestAgent connect() {
        return new TestAgent();
    }

    /** An agent that has registered, and its id. */
    TestAgent registered() {
        TestAgent agent = connect();
        agent.register("cpus:4;mem:4096", 5051);
        agent.awaitAnswer();
        return agent;
    }

    @Override
    public void close() {
        links.close();
        state.close();
    }

    /** One stream of an agent. */
    final class TestAgent {

        final FakeCall call = new FakeCall();
        private final StreamObserver<AgentMessage> toMaster = handler.connect(call);

        void say(AgentMessage.Builder message) {
            toMaster.onNext(message.build());
        }

        void register(String resources, int port) {
            say(AgentMessage.newBuilder()
                    .setRegister(Register.newBuilder()
                            .setAgentInfo(info(resources).build().toByteString())
                            .setVersion("1.11.0")
                            .setEndpoint(
                                    Endpoint.newBuilder().setIp("127.0.0.1").setPort(port))));
        }

        void reregister(AgentId id, AgentTask... tasks) {
            reregister(reregistration(id).addAllTasks(List.of(tasks)));
        }

        void reregister(Reregister.Builder message) {
            say(AgentMessage.newBuilder().setReregister(message));
            awaitAnswer();
        }

        Reregister.Builder reregistration(AgentId id) {
            return Reregister.newBuilder()
                    .setAgentId(id.value())
                    .setAgentInfo(infoWithId("cpus:4;mem:4096", id))
                    .setVersion("1.11.0")
                    .setEndpoint(Endpoint.newBuilder().setIp("127.0.0.1").setPort(5051));
        }

        void update(FrameworkId framework, TaskStatus status) {
            update(framework, status, status.getState());
        }

        /** @param latest what is known there, though it may not be told yet */
        void update(FrameworkId framework, TaskStatus status, TaskState latest) {
            say(AgentMessage.newBuilder()
                    .setStatusUpdate(StatusUpdate.newBuilder()
                            .setFrameworkId(framework.value())
                            .setStatus(status.toByteString())
                            .setLatestState(latest.getNumber())));
        }

        void pong() {
            say(AgentMessage.newBuilder().setPong(Pong.getDefaultInstance()));
        }

        /** The connection breaks. */
        void breaks() {
            toMaster.onError(new IllegalStateException("connection reset"));
        }

        void awaitAnswer() {
            await().until(() -> call.requested > 1 || call.isEnded());
        }

        AgentId id() {
            return new AgentId(call.sent.get(0).getRegistered().getAgentId());
        }

        /**
         * Waits for this many: another thread may be writing to the stream, and what is sent meanwhile is its to write.
         */
        List<MasterMessage> awaitHeard(MasterMessage.MessageCase kind, int count) {
            await().until(() -> heard(kind).size() >= count);
            return heard(kind);
        }

        List<MasterMessage> heard(MasterMessage.MessageCase kind) {
            return call.sent.stream()
                    .filter(message -> message.getMessageCase() == kind)
                    .toList();
        }

        ByteString infoWithId(String resources, AgentId id) {
            return info(resources)
                    .setId(AgentID.newBuilder().setValue(id.value()))
                    .build()
                    .toByteString();
        }

        private AgentInfo.Builder info(String resources) {
            return AgentInfo.newBuilder()
                    .setHostname("localhost")
                    .addAllResources(Resources.parse(resources).toProto());
        }
    }

    static AgentTask reported(TaskKey key, AgentId agent, TaskState taskState) {
        return AgentTask.newBuilder()
                .setFrameworkId(key.frameworkId().value())
                .setTaskId(key.taskId())
                .setState(taskState.getNumber())
                .setTaskInfo(task(agent, key.taskId()).toByteString())
                .build();
    }

    /** What schedulers were told of agents. */
    static final class RecordedEvents implements AgentEvents {

        final List<String> log = new CopyOnWriteArrayList<>();

        /** Somebody fails who is told of an agent that has connected. */
        volatile boolean fails;

        @Override
        public void agentConnected(AgentId agentId) {
            if (fails) {
                throw new IllegalStateException("for a test");
            }
            log.add("connected " + agentId);
        }

        @Override
        public void agentDisconnected(AgentId agentId) {
            log.add("disconnected " + agentId);
        }

        @Override
        public void uncommittedStatus(FrameworkId frameworkId, TaskStatus status) {
            log.add("repeated " + status.getTaskId().getValue());
        }

        @Override
        public void executorMessage(ExecutorKey executor, ByteString data) {
            log.add("message " + executor.executorId() + " " + data.toStringUtf8());
        }

        @Override
        public void executorExited(ExecutorKey executor, OptionalInt waitStatus) {
            log.add("exited " + executor.executorId() + " " + waitStatus);
        }

        @Override
        public void driverAcknowledged(AgentId agentId, TaskKey task, ByteString uuid, String from) {
            log.add("acknowledged " + agentId + " " + task.taskId() + " by " + from);
        }
    }
}
