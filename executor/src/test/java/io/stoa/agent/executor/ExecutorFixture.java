package io.stoa.agent.executor;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.agent.container.Containers;
import io.stoa.agent.recovery.RecoveryErrors;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.agent.volume.Volumes;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.KillTask;
import io.stoa.proto.agent.RunTask;
import io.stoa.proto.agent.RunTaskGroup;
import io.stoa.proto.agent.ShutdownExecutor;
import io.stoa.proto.agent.StatusAcknowledgement;
import io.stoa.state.resources.Resources;
import io.stoa.time.ManualTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.executor.Protos.Call;
import org.apache.mesos.v1.executor.Protos.Event;

/** An agent's executors on a containerizer that runs nothing, and what their master hears. */
final class ExecutorFixture {

    static final String AGENT = "m-S0";
    static final String FRAMEWORK = "m-0000";
    private static final ExecutorPolicy POLICY = new ExecutorPolicy(
            ExecutorTimeouts.STANDARD, Map.of("OPERATORS", "own", "MESOS_EXECUTOR_ID", "another"), 150);
    static final AgentInfo AGENT_INFO = AgentInfo.newBuilder()
            .setId(AgentID.newBuilder().setValue(AGENT))
            .setHostname("host")
            .build();

    final ManualTime time = new ManualTime(1_000_000_000_000L);
    final FakeContainerizer containerizer = new FakeContainerizer();
    /** Updates as {@code TASK STATE}, ends of executors as {@code EXECUTOR exited STATUS}. */
    final List<String> heard = new ArrayList<>();

    final List<TaskStatus> statuses = new ArrayList<>();
    final AgentPaths paths;
    LiveExecutors executors;
    private final Deque<Runnable> held = new ArrayDeque<>();
    private boolean holds;
    private boolean linkIsClosed;

    ExecutorFixture(Path directory) throws IOException {
        paths = new AgentPaths(directory.resolve("work"), directory.resolve("run"));
        executors = agent();
    }

    private LiveExecutors agent() throws IOException {
        return new LiveExecutors(
                new TaskHost(
                        paths,
                        new Containers(List.of(containerizer)),
                        "127.0.0.1:5051",
                        false,
                        POLICY,
                        this::launches,
                        Volumes.load(
                                paths,
                                Resources.parse("cpus:4"),
                                RecoveryErrors.strict(),
                                Runnable::run,
                                Runnable::run)),
                this::hear,
                time,
                Runnable::run,
                run -> {});
    }

    private void launches(Runnable work) {
        if (holds) {
            held.add(work);
        } else {
            work.run();
        }
    }

    /** From now on nothing is launched, until {@link #release}. */
    void hold() {
        holds = true;
    }

    void release() {
        holds = false;
        while (!held.isEmpty()) {
            held.remove().run();
        }
    }

    /** As where the threads that launch overtake each other. */
    void releaseNewestFirst() {
        while (!held.isEmpty()) {
            held.removeLast().run();
        }
        holds = false;
    }

    /** The agent is killed and started again. */
    void restart() throws IOException {
        recover();
        executors.awaitExecutors();
    }

    /** The agent is killed; its next life is not to be reached yet. */
    void recover() throws IOException {
        recover(RecoveryErrors.strict());
    }

    void recover(RecoveryErrors errors) throws IOException {
        executors = agent();
        executors.recover(AGENT, errors);
    }

    /** From now on the link takes nothing, until {@link #openLink}. */
    void closeLink() {
        linkIsClosed = true;
    }

    void openLink() {
        linkIsClosed = false;
    }

    private boolean hear(AgentMessage message) {
        if (linkIsClosed) {
            return false;
        }
        switch (message.getMessageCase()) {
            case EXECUTOR_EXITED ->
                heard.add(message.getExecutorExited().getExecutorId() + " exited "
                        + message.getExecutorExited().getWaitStatus());
            case EXECUTOR_MESSAGE ->
                heard.add(message.getExecutorMessage().getExecutorId() + " says "
                        + message.getExecutorMessage().getData().toStringUtf8());
            default -> {
                TaskStatus status = status(message);
                statuses.add(status);
                heard.add(status.getTaskId().getValue() + " " + status.getState());
            }
        }
        return true;
    }

    private static TaskStatus status(AgentMessage message) {
        try {
            return TaskStatus.parseFrom(message.getStatusUpdate().getStatus());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What was heard since the last time; every update is acknowledged. */
    List<String> heard() {
        for (int i = 0; i < statuses.size(); i++) {
            acknowledge(statuses.get(i));
        }
        statuses.clear();
        List<String> since = List.copyOf(heard);
        heard.clear();
        return since;
    }

    void acknowledge(TaskStatus status) {
        executors.acknowledge(StatusAcknowledgement.newBuilder()
                .setFrameworkId(FRAMEWORK)
                .setTaskId(status.getTaskId().getValue())
                .setUuid(status.getUuid())
                .build());
    }

    TaskStatus last() {
        return statuses.get(statuses.size() - 1);
    }

    static FrameworkInfo.Builder framework() {
        return FrameworkInfo.newBuilder().setUser("").setName("tests").setCheckpoint(true);
    }

    static ExecutorInfo executor(String id, ExecutorInfo.Type type) {
        return ExecutorInfo.newBuilder()
                .setType(type)
                .setExecutorId(ExecutorID.newBuilder().setValue(id))
                .build();
    }

    static TaskInfo task(String id, ExecutorInfo executor) {
        TaskInfo.Builder task = TaskInfo.newBuilder()
                .setName(id)
                .setTaskId(TaskID.newBuilder().setValue(id))
                .setAgentId(AgentID.newBuilder().setValue(AGENT))
                .setExecutor(executor);
        if (executor.getType() == ExecutorInfo.Type.DEFAULT) {
            task.setCommand(CommandInfo.newBuilder().setValue("true"));
        }
        return task.build();
    }

    void run(TaskInfo task, boolean launchesExecutor) throws InvalidProtocolBufferException {
        run(framework().build(), task, launchesExecutor);
    }

    void run(FrameworkInfo framework, TaskInfo task, boolean launchesExecutor) throws InvalidProtocolBufferException {
        new TaskLaunches(executors)
                .run(
                        AGENT,
                        RunTask.newBuilder()
                                .setFrameworkId(FRAMEWORK)
                                .setFrameworkInfo(framework.toByteString())
                                .setTaskInfo(task.toByteString())
                                .setLaunchesExecutor(launchesExecutor)
                                .build());
    }

    void runGroup(boolean launchesExecutor, TaskInfo... tasks) throws InvalidProtocolBufferException {
        RunTaskGroup.Builder message = RunTaskGroup.newBuilder()
                .setFrameworkId(FRAMEWORK)
                .setFrameworkInfo(framework().build().toByteString())
                .setLaunchesExecutor(launchesExecutor);
        for (TaskInfo task : tasks) {
            message.addTaskInfos(task.toByteString());
        }
        new TaskLaunches(executors).run(AGENT, message.build());
    }

    void kill(String taskId) throws InvalidProtocolBufferException {
        executors.kill(KillTask.newBuilder()
                .setFrameworkId(FRAMEWORK)
                .setTaskId(taskId)
                .build());
    }

    void shutDown(String executorId) {
        executors.shutdownExecutor(ShutdownExecutor.newBuilder()
                .setFrameworkId(FRAMEWORK)
                .setExecutorId(executorId)
                .build());
    }

    /** The custom executor {@code e}. */
    CustomExecutor custom() {
        return (CustomExecutor) executors.find(FRAMEWORK, "e").orElseThrow();
    }

    /** The same connects. */
    Stream subscribe() {
        Stream stream = new Stream();
        custom().subscribe(Call.Subscribe.getDefaultInstance(), stream, AGENT_INFO);
        return stream;
    }

    /** Its task runs, and it is connected. */
    Stream running(TaskInfo task) throws InvalidProtocolBufferException {
        run(task, true);
        containerizer.container("e").run();
        Stream stream = subscribe();
        custom().updated(status(task.getTaskId().getValue(), TaskState.TASK_RUNNING, 1)
                .build());
        stream.heard();
        heard();
        return stream;
    }

    /** @param number of the update among those of the test */
    static TaskStatus.Builder status(String taskId, TaskState state, int number) {
        return TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(taskId))
                .setState(state)
                .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
                .setUuid(ByteString.copyFromUtf8("0123456789abcde" + number));
    }

    /** What an executor hears over one connection. */
    static final class Stream implements ExecutorStream {

        /** As {@code LAUNCH t}, {@code ACKNOWLEDGED t}, {@code SUBSCRIBED}. */
        final List<String> events = new ArrayList<>();

        boolean ended;

        @Override
        public void send(Event event) {
            String about = switch (event.getType()) {
                case LAUNCH -> " " + event.getLaunch().getTask().getTaskId().getValue();
                case LAUNCH_GROUP -> " " + event.getLaunchGroup().getTaskGroup().getTasksCount();
                case KILL -> " " + event.getKill().getTaskId().getValue();
                case ACKNOWLEDGED -> " " + event.getAcknowledged().getTaskId().getValue();
                case MESSAGE -> " " + event.getMessage().getData().toStringUtf8();
                default -> "";
            };
            events.add(event.getType() + about);
        }

        @Override
        public void end() {
            ended = true;
        }

        /** What was heard since the last time. */
        List<String> heard() {
            List<String> since = List.copyOf(events);
            events.clear();
            return since;
        }
    }
}
