package io.stoa.agent.executor;

import com.google.protobuf.ByteString;
import io.stoa.agent.container.ContainerListener;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containerizer;
import io.stoa.agent.container.Containerizer.Container;
import io.stoa.agent.executor.ExecutorJournal.Entry;
import io.stoa.agent.task.LiveTask;
import io.stoa.agent.task.TaskPolicy;
import io.stoa.flags.DurationText;
import io.stoa.proto.agent.TaskCheckpoint;
import io.stoa.time.Time;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.apache.mesos.v1.executor.Protos.Call;
import org.apache.mesos.v1.executor.Protos.Event;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program of the framework, in a container: it subscribes over HTTP, is told what to do with its tasks, and says what
 * becomes of them.
 */
final class CustomExecutor extends SharedExecutor {

    private static final Logger LOG = LoggerFactory.getLogger(CustomExecutor.class);

    private static final String KILLED_GROUP_UNREGISTERED =
            "A task within the task group was killed before delivery to the executor";

    private final List<Launch> queued = new ArrayList<>();
    /** For a program of an earlier life of the agent, until it is back. */
    private final Map<LiveTask, Optional<KillPolicy>> unsentKills = new LinkedHashMap<>();

    private final ExecutorUpdates updates;
    private State state = State.REGISTERING;
    private boolean started;
    private boolean everSentTask;
    private @Nullable ExecutorStream stream;
    private @Nullable Container container;
    private CompletableFuture<Void> resized = CompletableFuture.completedFuture(null);
    private @Nullable End reasonOfEnd;
    private Time.@Nullable Timer timer;
    /** Of the stream, where there is one. */
    private Time.Timer heartbeat = () -> {};

    private boolean killed;

    private enum State {
        REGISTERING,
        RUNNING,
        TERMINATING
    }

    CustomExecutor(Entry entry, ExecutorContext context, Consumer<SharedExecutor> gone) {
        super(entry, context, gone);
        updates = new ExecutorUpdates(entry.run(), context);
    }

    @Override
    boolean takesTasks() {
        return state != State.TERMINATING && !isOver();
    }

    @Override
    boolean hasSubscribed() {
        return state != State.REGISTERING;
    }

    @Override
    TaskCheckpoint checkpoint(Launch launch, LiveTask task) {
        return TaskCheckpoint.getDefaultInstance();
    }

    @Override
    void begin(Launch launch, Map<LiveTask, Optional<KillPolicy>> kills) {
        if (!started && !takesTasks()) {
            // Shut down before there was anything of it.
            cancelTimer();
            over(-1, launchFailure("Executor terminating"));
            return;
        }
        queued.add(launch);
        kills.forEach(this::killBegun);
        resize();
        if (!started) {
            started = true;
            ContainerSpec spec = context.spec(this);
            context.host().launches().execute(() -> start(spec));
            timer = context.time()
                    .after(context.host().timeouts().registrationMs(), context.thread(), this::registrationTimedOut);
        }
        resized.thenRunAsync(this::deliver, context.thread());
    }

    /** One change after the other, and before the tasks are told that it is for. */
    @Override
    void resize() {
        Container sized = container;
        if (sized != null && takesTasks()) {
            ContainerSpec whole = context.spec(this);
            resized = resized.thenRunAsync(
                    () -> resize(sized, whole), context.host().launches());
        }
    }

    private void resize(Container sized, ContainerSpec whole) {
        try {
            sized.update(whole);
        } catch (IOException e) {
            context.thread().execute(() -> resizeFailed(e));
        }
    }

    private void resizeFailed(IOException failure) {
        if (takesTasks()) {
            giveUp(new End(
                    partitionAware() ? TaskState.TASK_GONE : TaskState.TASK_LOST,
                    Reason.REASON_CONTAINER_UPDATE_FAILED,
                    "Failed to update resources for container: " + failure.getMessage()));
        }
    }

    @Override
    void launchFailed() {
        if (!started) {
            over(-1, launchFailure("Executor terminated"));
        }
    }

    /** On the launches' executor. */
    private void start(ContainerSpec spec) {
        ContainerListener listener = listener();
        try {
            Optional<Containerizer> containerizer = context.host().containers().containerizer(spec);
            if (containerizer.isEmpty()) {
                listener.ended(launchFailure(context.host().unsupported()));
            } else {
                containerizer.get().attachVolumes(spec);
                Container launched = context.host().containers().launch(containerizer.get(), spec, listener);
                context.thread().execute(() -> launched(launched));
            }
        } catch (IOException | RuntimeException e) {
            listener.ended(launchFailure("Failed to launch container: " + e.getMessage()));
        }
    }

    private static End launchFailure(String message) {
        return new End(TaskState.TASK_FAILED, Reason.REASON_CONTAINER_LAUNCH_FAILED, message);
    }

    private ContainerListener listener() {
        return new ContainerListener() {
            @Override
            public void starting(ContainerStatus status) {
                context.thread().execute(() -> updates.contained(status));
            }

            @Override
            public void running(ContainerStatus status) {
                context.thread().execute(() -> updates.contained(status));
            }

            @Override
            public void ended(End end) {
                context.thread().execute(() -> CustomExecutor.this.ended(end));
            }
        };
    }

    private void launched(Container launched) {
        container = launched;
        resize();
        if (killed) {
            launched.kill(0);
        }
    }

    private void registrationTimedOut() {
        giveUp(new End(
                TaskState.TASK_FAILED,
                Reason.REASON_EXECUTOR_REGISTRATION_TIMEOUT,
                "Executor did not register within "
                        + DurationText.of(context.host().timeouts().registrationMs())));
    }

    private void reregistrationTimedOut() {
        giveUp(new End(
                partitionAware() ? TaskState.TASK_GONE : TaskState.TASK_LOST,
                Reason.REASON_EXECUTOR_REREGISTRATION_TIMEOUT,
                "Executor did not reregister within "
                        + DurationText.of(context.host().timeouts().reregistrationMs())));
    }

    private void giveUp(End reason) {
        LOG.info("{} executor={} framework={}", reason.message(), run().executorId(), run().frameworkId());
        state = State.TERMINATING;
        reasonOfEnd = reason;
        kill();
    }

    private boolean partitionAware() {
        return TaskPolicy.hears(framework(), FrameworkInfo.Capability.Type.PARTITION_AWARE);
    }

    private void kill() {
        killed = true;
        if (container != null) {
            container.kill(0);
        }
    }

    @Override
    void recover() {
        started = true;
        everSentTask = tasks().isEmpty()
                || tasks().stream()
                        .flatMap(task -> task.latestStatus().stream())
                        .anyMatch(status -> status.getSource() == TaskStatus.Source.SOURCE_EXECUTOR);
        ContainerSpec spec = context.spec(this);
        Optional<Container> recovered = context.host().containers().recover(spec, listener());
        if (recovered.isEmpty()) {
            ended(new End(TaskState.TASK_FAILED, null, "Abnormal executor termination: unknown container"));
            return;
        }
        container = recovered.get();
    }

    @Override
    void await() {
        if (takesTasks() && !hasSubscribed()) {
            timer = context.time()
                    .after(
                            context.host().timeouts().reregistrationMs(),
                            context.thread(),
                            this::reregistrationTimedOut);
        }
    }

    /** It is there, again or for the first time; of two connections the newer counts. */
    void subscribe(Call.Subscribe call, ExecutorStream opened, AgentInfo agent) {
        if (!takesTasks()) {
            opened.send(shutdown());
            opened.end();
            return;
        }
        endStream();
        cancelTimer();
        state = State.RUNNING;
        stream = opened;
        heartbeat(opened);
        dropUnknown(call);
        if (!everSentTask && queued.isEmpty()) {
            LOG.info("Shut down, its tasks were killed before it was there executor={}", run().executorId());
            shutDown();
            return;
        }
        opened.send(Event.newBuilder()
                .setType(Event.Type.SUBSCRIBED)
                .setSubscribed(Event.Subscribed.newBuilder()
                        .setExecutorInfo(info())
                        .setFrameworkInfo(framework())
                        .setAgentInfo(agent)
                        .setContainerId(updates.containerId()))
                .build());
        call.getUnacknowledgedUpdatesList().forEach(update -> updated(update.getStatus()));
        unsentKills.forEach(this::killBegun);
        unsentKills.clear();
        deliver();
    }

    /** What it was to run when the agent's last life ended, and never heard of. */
    private void dropUnknown(Call.Subscribe call) {
        Set<String> heard = Stream.concat(
                        call.getUnacknowledgedTasksList().stream().map(TaskInfo::getTaskId),
                        call.getUnacknowledgedUpdatesList().stream()
                                .map(update -> update.getStatus().getTaskId()))
                .map(id -> id.getValue())
                .collect(Collectors.toCollection(HashSet::new));
        everSentTask |= !heard.isEmpty();
        for (LiveTask task : tasks()) {
            if (task.state() == TaskState.TASK_STAGING
                    && !isWaiting(task)
                    && !heard.contains(task.key().taskId())) {
                say(
                        task,
                        new End(
                                partitionAware() ? TaskState.TASK_DROPPED : TaskState.TASK_LOST,
                                Reason.REASON_AGENT_RESTARTED,
                                "Task launched during agent restart"));
            }
        }
    }

    /** True where it was not sent to the executor yet. */
    private boolean isWaiting(LiveTask task) {
        return isPreparing(task)
                || queued.stream().anyMatch(launch -> launch.tasks().contains(task));
    }

    private void heartbeat(ExecutorStream to) {
        heartbeat = context.time().after(ExecutorTimeouts.HEARTBEAT_MS, context.thread(), () -> {
            if (stream == to) {
                to.send(Event.newBuilder().setType(Event.Type.HEARTBEAT).build());
                heartbeat(to);
            }
        });
    }

    private void endStream() {
        ExecutorStream open = stream;
        if (open != null) {
            disconnected(open);
            open.end();
        }
    }

    private void deliver() {
        if (state != State.RUNNING) {
            return;
        }
        for (Launch launch : queued) {
            everSentTask = true;
            send(launch.group() ? launchGroup(launch) : launch(launch.tasks().get(0)));
        }
        queued.clear();
    }

    private static Event launch(LiveTask task) {
        return Event.newBuilder()
                .setType(Event.Type.LAUNCH)
                .setLaunch(Event.Launch.newBuilder().setTask(task.info()))
                .build();
    }

    private static Event launchGroup(Launch launch) {
        Event.Builder event = Event.newBuilder().setType(Event.Type.LAUNCH_GROUP);
        launch.tasks()
                .forEach(task ->
                        event.getLaunchGroupBuilder().getTaskGroupBuilder().addTasks(task.info()));
        return event.build();
    }

    private static Event shutdown() {
        return Event.newBuilder().setType(Event.Type.SHUTDOWN).build();
    }

    private void send(Event event) {
        if (stream == null) {
            LOG.warn("Not connected, not sent event={} executor={}", event.getType(), run().executorId());
        } else {
            stream.send(event);
        }
    }

    /** The connection is gone; it may open another one. */
    void disconnected(ExecutorStream lost) {
        if (stream == lost) {
            stream = null;
            heartbeat.cancel();
        }
    }

    /** What it says about one of its tasks. */
    void updated(TaskStatus said) {
        if (updates.take(said, task -> tasks().contains(task), this::isWaiting)) {
            queued.removeIf(launch -> launch.tasks().stream().allMatch(LiveTask::hasEnded));
            send(Event.newBuilder()
                    .setType(Event.Type.ACKNOWLEDGED)
                    .setAcknowledged(Event.Acknowledged.newBuilder()
                            .setTaskId(said.getTaskId())
                            .setUuid(said.getUuid()))
                    .build());
        }
    }

    @Override
    void killBegun(LiveTask task, Optional<KillPolicy> policy) {
        if (task.hasEnded() || !takesTasks()) {
            return;
        }
        Optional<Launch> waiting =
                queued.stream().filter(launch -> launch.tasks().contains(task)).findFirst();
        if (waiting.isPresent()) {
            queued.remove(waiting.get());
            End end = End.killedDuringLaunch();
            End told = waiting.get().group() ? new End(end.state(), end.reason(), KILLED_GROUP_UNREGISTERED) : end;
            waiting.get().tasks().forEach(each -> say(each, told));
        } else if (!hasSubscribed()) {
            unsentKills.put(task, policy);
        } else {
            Event.Kill.Builder kill =
                    Event.Kill.newBuilder().setTaskId(task.info().getTaskId());
            policy.ifPresent(kill::setKillPolicy);
            send(Event.newBuilder().setType(Event.Type.KILL).setKill(kill).build());
        }
    }

    @Override
    void message(ByteString data) {
        if (state == State.RUNNING) {
            send(Event.newBuilder()
                    .setType(Event.Type.MESSAGE)
                    .setMessage(Event.Message.newBuilder().setData(data))
                    .build());
        }
    }

    @Override
    public void shutDown() {
        if (!takesTasks()) {
            return;
        }
        state = State.TERMINATING;
        cancelTimer();
        send(shutdown());
        timer = context.time().after(context.host().shutdownGraceMs(info()), context.thread(), this::kill);
    }

    @Override
    public void destroy() {
        shutDown();
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void ended(End container) {
        cancelTimer();
        endStream();
        queued.clear();
        over(container.waitStatus().orElse(-1), tasksEnd(container));
    }

    /** Why the agent ended the executor counts more than how its process ended; a reason of the container most. */
    private End tasksEnd(End container) {
        boolean unknown = container.waitStatus().isEmpty() || container.reason() != null;
        End own = reasonOfEnd;
        if (own == null) {
            return unknown && !container.message().isEmpty()
                    ? new End(
                            TaskState.TASK_FAILED,
                            container.reason() == null ? Reason.REASON_EXECUTOR_TERMINATED : container.reason(),
                            container.message())
                    : new End(TaskState.TASK_FAILED, Reason.REASON_EXECUTOR_TERMINATED, "Executor terminated");
        }
        return container.reason() == null
                ? own
                : new End(own.state(), container.reason(), own.message() + "; " + container.message());
    }

    @Override
    void removeTraces(LiveTask task) {
        // Its tasks have nothing of their own on this host.
    }
}
