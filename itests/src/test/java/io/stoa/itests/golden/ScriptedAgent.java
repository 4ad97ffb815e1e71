package io.stoa.itests.golden;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.stub.StreamObserver;
import io.stoa.master.link.AgentLinkHandler;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.AgentTask;
import io.stoa.proto.agent.Endpoint;
import io.stoa.proto.agent.ExecutorExited;
import io.stoa.proto.agent.KillTask;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.proto.agent.Pong;
import io.stoa.proto.agent.Register;
import io.stoa.proto.agent.Reregister;
import io.stoa.proto.agent.RunTask;
import io.stoa.proto.agent.RunTaskGroup;
import io.stoa.proto.agent.StatusAcknowledgement;
import io.stoa.proto.agent.StatusUpdate;
import io.stoa.proto.agent.Unregister;
import io.stoa.state.resources.Resources;
import io.stoa.time.Time;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * An agent that runs nothing, and says of a task what the recorded ones said, at the same time after its launch or its
 * kill. As with real ones the next update waits until the one before is acknowledged, and that one is repeated after 10
 * s, 20 s, 40 s... Whatever it says it says when a timer is due, so by the thread that moves the time.
 */
final class ScriptedAgent {

    private static final String RESOURCES = "ports:[31000-32000];cpus:4;mem:4096;disk:10240";
    private static final long FIRST_REPEAT_MS = 10_000;

    private final AgentLinkHandler master;
    private final AgentScript script;
    private final Time time;
    private final int port;
    private final Map<String, ScriptedTask> tasks = new HashMap<>();
    private @Nullable StreamObserver<AgentMessage> toMaster;
    private String id = "";

    ScriptedAgent(AgentLinkHandler master, AgentScript script, Time time, int port) {
        this.master = master;
        this.script = script;
        this.time = time;
        this.port = port;
    }

    synchronized String id() {
        return id;
    }

    /** Starts; with the tasks of frameworks that checkpoint where it has been there before. */
    synchronized void start() {
        tasks.values().removeIf(task -> !task.isCheckpointed());
        findMaster();
    }

    /** Another master leads. */
    synchronized void findMaster() {
        toMaster = master.connect(new AgentCall(this::hear));
        say(id.isEmpty() ? register() : reregister());
    }

    /** It is killed: the connection breaks. */
    synchronized void isKilled() {
        StreamObserver<AgentMessage> broken = toMaster;
        toMaster = null;
        if (broken != null) {
            broken.onError(new IllegalStateException("connection reset"));
        }
    }

    synchronized void unregister() {
        say(AgentMessage.newBuilder().setUnregister(Unregister.getDefaultInstance()));
        toMaster = null;
    }

    private AgentMessage.Builder register() {
        return AgentMessage.newBuilder()
                .setRegister(Register.newBuilder()
                        .setAgentInfo(info().build().toByteString())
                        .setVersion("1.11.0")
                        .setEndpoint(endpoint()));
    }

    private AgentMessage.Builder reregister() {
        Reregister.Builder message = Reregister.newBuilder()
                .setAgentInfo(
                        info().setId(AgentID.newBuilder().setValue(id)).build().toByteString())
                .setVersion("1.11.0")
                .setEndpoint(endpoint());
        tasks.forEach((taskId, task) -> message.addTasks(AgentTask.newBuilder()
                .setFrameworkId(task.launch.getFrameworkId())
                .setTaskId(taskId)
                .setState(task.state)
                .setTaskInfo(task.launch.getTaskInfo())
                .setContainerStatus(task.container)));
        return AgentMessage.newBuilder().setReregister(message);
    }

    private AgentInfo.Builder info() {
        return AgentInfo.newBuilder()
                .setHostname("localhost")
                .setPort(port)
                .addAllResources(Resources.parse(RESOURCES).toProto());
    }

    private Endpoint endpoint() {
        return Endpoint.newBuilder().setIp("127.0.0.1").setPort(port).build();
    }

    private void say(AgentMessage.Builder message) {
        if (toMaster != null) {
            toMaster.onNext(message.build());
        }
    }

    private synchronized void hear(MasterMessage message) {
        switch (message.getMessageCase()) {
            case REGISTERED -> {
                id = message.getRegistered().getAgentId();
                later(0, this::sayAgain);
            }
            case PING -> later(1, () -> say(AgentMessage.newBuilder().setPong(Pong.getDefaultInstance())));
            case RUN_TASK -> launch(message.getRunTask());
            case RUN_TASK_GROUP -> launch(message.getRunTaskGroup());
            case KILL_TASK -> kill(message.getKillTask());
            case ACKNOWLEDGEMENT -> acknowledged(message.getAcknowledgement());
            case FRAMEWORK_UPDATED -> later(0, this::sayAgain);
            case SHUTDOWN_FRAMEWORK ->
                tasks.values()
                        .removeIf(task -> task.launch
                                .getFrameworkId()
                                .equals(message.getShutdownFramework().getFrameworkId()));
            case SHUTDOWN -> {
                tasks.clear();
                toMaster = null;
            }
            default -> {
                // Nothing that was recorded depends on it.
            }
        }
    }

    private void launch(RunTaskGroup group) {
        for (ByteString task : group.getTaskInfosList()) {
            launch(RunTask.newBuilder()
                    .setFrameworkId(group.getFrameworkId())
                    .setFrameworkInfo(group.getFrameworkInfo())
                    .setTaskInfo(task)
                    .build());
        }
    }

    private void launch(RunTask launch) {
        TaskInfo info;
        try {
            info = TaskInfo.parseFrom(launch.getTaskInfo());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
        ScriptedTask task = new ScriptedTask(launch);
        if (tasks.putIfAbsent(info.getTaskId().getValue(), task) != null) {
            return;
        }
        for (AgentScript.Line line : script.linesOf(info.getTaskId().getValue())) {
            if (line.answersKill()) {
                task.whenKilled = line;
            } else {
                later(line.afterMs(), () -> play(task, line));
            }
        }
    }

    private void kill(KillTask kill) {
        ScriptedTask task = tasks.get(kill.getTaskId());
        if (task != null && task.whenKilled != null) {
            AgentScript.Line line = task.whenKilled;
            later(line.afterMs(), () -> play(task, line));
        }
    }

    private void play(ScriptedTask task, AgentScript.Line line) {
        if (line instanceof AgentScript.Update update) {
            TaskStatus status = translated(update, task);
            task.state = status.getState().getNumber();
            task.container = status.getContainerStatus().toByteString();
            task.waiting.add(status);
            if (task.waiting.size() == 1) {
                send(task, status);
            }
        } else if (line instanceof AgentScript.Exit exit) {
            say(AgentMessage.newBuilder()
                    .setExecutorExited(ExecutorExited.newBuilder()
                            .setFrameworkId(task.launch.getFrameworkId())
                            .setExecutorId(exit.executorId())
                            .setWaitStatus(exit.waitStatus())));
        }
    }

    /** What the recorded agent said, with the ids of now. */
    private TaskStatus translated(AgentScript.Update line, ScriptedTask task) {
        TaskStatus.Builder status = line.status().toBuilder();
        String recordedAgent = status.getAgentId().getValue();
        status.setAgentId(AgentID.newBuilder().setValue(id));
        if (status.hasMessage()) {
            status.setMessage(status.getMessage()
                    .replace(recordedAgent, id)
                    .replace(line.frameworkId(), task.launch.getFrameworkId()));
        }
        return status.build();
    }

    private void send(ScriptedTask task, TaskStatus status) {
        say(update(task, status));
        later(FIRST_REPEAT_MS, () -> repeat(task, status, FIRST_REPEAT_MS));
    }

    private void repeat(ScriptedTask task, TaskStatus status, long afterMs) {
        if (status.equals(task.waiting.peek())) {
            say(update(task, status));
            later(2 * afterMs, () -> repeat(task, status, 2 * afterMs));
        }
    }

    private void sayAgain() {
        for (ScriptedTask task : tasks.values()) {
            if (!task.waiting.isEmpty()) {
                say(update(task, task.waiting.element()));
            }
        }
    }

    private static AgentMessage.Builder update(ScriptedTask task, TaskStatus status) {
        return AgentMessage.newBuilder()
                .setStatusUpdate(StatusUpdate.newBuilder()
                        .setFrameworkId(task.launch.getFrameworkId())
                        .setStatus(status.toByteString())
                        .setLatestState(task.state));
    }

    private void acknowledged(StatusAcknowledgement acknowledgement) {
        ScriptedTask task = tasks.get(acknowledgement.getTaskId());
        ByteString uuid = acknowledgement.getUuid();
        if (task != null
                && !task.waiting.isEmpty()
                && task.waiting.element().getUuid().equals(uuid)) {
            task.waiting.remove();
            if (!task.waiting.isEmpty()) {
                later(0, () -> send(task, task.waiting.element()));
            }
        }
    }

    private void later(long delayMs, Runnable action) {
        time.after(delayMs, Runnable::run, () -> {
            synchronized (this) {
                action.run();
            }
        });
    }

    /** Its first waiting update is with the master, unacknowledged. */
    private static final class ScriptedTask {

        final RunTask launch;
        final Deque<TaskStatus> waiting = new ArrayDeque<>();
        ByteString container = ByteString.EMPTY;
        int state = TaskState.TASK_STAGING.getNumber();
        AgentScript.@Nullable Line whenKilled;

        ScriptedTask(RunTask launch) {
            this.launch = launch;
        }

        boolean isCheckpointed() {
            try {
                return FrameworkInfo.parseFrom(launch.getFrameworkInfo()).getCheckpoint();
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
