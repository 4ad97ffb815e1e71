package io.stoa.agent.task;

import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.agent.container.ContainerListener;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containerizer;
import io.stoa.agent.container.Containerizer.Container;
import io.stoa.agent.sandbox.AgentPaths.Run;
import io.stoa.agent.sandbox.Directories;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.AgentTask;
import io.stoa.proto.agent.ExecutorExited;
import io.stoa.proto.agent.FrameworkUpdated;
import io.stoa.proto.agent.KillTask;
import io.stoa.proto.agent.RunTask;
import io.stoa.proto.agent.StatusAcknowledgement;
import io.stoa.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All tasks of an agent. Everything public is called on the agent's own thread. */
public final class Tasks {

    private static final Logger LOG = LoggerFactory.getLogger(Tasks.class);

    /** How many ended tasks are remembered for {@code /state}. */
    private static final int COMPLETED_MAX = 1_000;

    private final Map<TaskKey, LiveTask> live = new LinkedHashMap<>();
    private final Deque<TaskView> completed = new ArrayDeque<>();
    private final Map<TaskState, Integer> ended = new EnumMap<>(TaskState.class);
    private final TaskHost host;
    private final Predicate<AgentMessage> outbox;
    private final TaskJournal journal;
    private final UpdateStreams streams;
    private final Time time;
    private final Executor thread;
    private Runnable whenIdle = () -> {};

    /**
     * @param outbox the way to the master: false where the link is closed or full
     * @param thread the agent's own
     */
    public Tasks(TaskHost host, Predicate<AgentMessage> outbox, Time time, Executor thread) {
        this.host = host;
        this.outbox = outbox;
        this.journal = new TaskJournal(host.paths());
        this.streams = new UpdateStreams(outbox::test, time, thread);
        this.time = time;
        this.thread = thread;
    }

    /**
     * Takes up what an earlier life of this agent left; before anything else. Tasks of frameworks that do not
     * checkpoint were lost with that life, as in Mesos.
     */
    public void recover(String agentId) throws IOException {
        for (TaskJournal.Entry entry : journal.read(agentId)) {
            TaskInfo info = TaskInfo.parseFrom(entry.task().getTaskInfo());
            TaskKey key = key(entry.run());
            LiveTask task = new LiveTask(
                    key, entry.run(), info, FrameworkInfo.parseFrom(entry.task().getFrameworkInfo()));
            entry.updates().forEach(task::advance);
            live.put(key, task);
            boolean checkpointed = task.framework().getCheckpoint();
            if (checkpointed) {
                entry.updates().stream().skip(entry.acknowledged()).forEach(status -> streams.add(key, status));
            }
            if (task.hasEnded()) {
                forgetWhenTold(task);
            } else {
                takeUp(task);
            }
            if (!checkpointed) {
                abandon(task);
            }
        }
        LOG.info("Recovered tasks={} agent={}", live.size(), agentId);
    }

    private void takeUp(LiveTask task) {
        ContainerSpec spec = host.spec(task.run(), task.framework(), task.info(), Set.of());
        Optional<Container> container =
                host.containerizer(spec).flatMap(candidate -> candidate.recover(spec, listener(task)));
        if (container.isPresent()) {
            task.launched(container.get());
            limitCompletion(task);
        } else {
            ended(
                    task,
                    new End(
                            TaskState.TASK_FAILED,
                            Reason.REASON_EXECUTOR_TERMINATED,
                            "Abnormal executor termination: unknown container"));
        }
    }

    /** Runs a task that is not known yet; the master repeats itself, and nothing is launched twice. */
    public void run(String agentId, RunTask message) throws InvalidProtocolBufferException {
        TaskInfo info = TaskInfo.parseFrom(message.getTaskInfo());
        TaskKey key = new TaskKey(message.getFrameworkId(), info.getTaskId().getValue());
        if (live.containsKey(key)) {
            LOG.info("Known task not launched again {}", key);
            return;
        }
        Run run;
        try {
            run = new Run(
                    agentId, key.frameworkId(), key.taskId(), UUID.randomUUID().toString());
        } catch (IllegalArgumentException e) {
            End end = new End(TaskState.TASK_ERROR, Reason.REASON_TASK_INVALID, String.valueOf(e.getMessage()));
            streams.add(key, new TaskStatuses(agentId, key.taskId(), time).end(end, null));
            return;
        }
        FrameworkInfo framework = FrameworkInfo.parseFrom(message.getFrameworkInfo());
        if (!host.volumes().holds(info)) {
            streams.add(
                    key, new TaskStatuses(agentId, key.taskId(), time).end(TaskPolicy.unknownVolumes(framework), null));
            return;
        }
        if (info.hasCheck() || info.hasHealthCheck()) {
            LOG.warn("Runs without its check or health check, which this agent does not do yet {}", key);
        }
        LiveTask task = new LiveTask(key, run, info, framework);
        Set<Path> inUse = volumesInUse();
        live.put(key, task);
        CompletableFuture<Void> ready = host.volumes().paths(info).isEmpty()
                ? CompletableFuture.completedFuture(null)
                : host.volumes().settled();
        ready.thenRunAsync(() -> launch(task, message, inUse), host.launches());
    }

    private Set<Path> volumesInUse() {
        return live.values().stream()
                .filter(task -> !task.hasEnded())
                .flatMap(task -> host.volumes().paths(task.info()).stream())
                .collect(Collectors.toSet());
    }

    /** Completes when all tasks have ended that are there now and use a volume at one of these paths. */
    public CompletableFuture<Void> unused(Set<Path> volumes) {
        return CompletableFuture.allOf(live.values().stream()
                .filter(task -> !Collections.disjoint(host.volumes().paths(task.info()), volumes))
                .map(LiveTask::end)
                .toArray(CompletableFuture<?>[]::new));
    }

    /**
     * On the launches' executor: everything that takes a disk or a process.
     *
     * @param inUse the volumes that other tasks use
     */
    private void launch(LiveTask task, RunTask message, Set<Path> inUse) {
        ContainerListener listener = listener(task);
        try {
            journal.begin(task.run(), message);
            Optional<String> obstacle = TaskPolicy.obstacle(task.info());
            ContainerSpec spec = host.spec(task.run(), task.framework(), task.info(), inUse);
            Optional<Containerizer> containerizer = host.containerizer(spec);
            if (task.isKilled()) {
                listener.ended(End.killedDuringLaunch());
            } else if (obstacle.isPresent()) {
                listener.ended(launchFailed(obstacle.get()));
            } else if (containerizer.isEmpty()) {
                listener.ended(launchFailed("None of the enabled containerizers ("
                        + String.join(
                                ", ",
                                host.containerizers().stream()
                                        .map(Containerizer::name)
                                        .toList())
                        + ") could create a container for the provided TaskInfo/ExecutorInfo message"));
            } else {
                Directories.createSandbox(spec.sandbox(), spec.user());
                Files.createDirectories(spec.runtimeDir());
                containerizer.get().attachVolumes(spec);
                Container container = containerizer.get().launch(spec, listener);
                thread.execute(() -> task.launched(container));
            }
        } catch (IOException | RuntimeException e) {
            listener.ended(launchFailed("Failed to launch container: " + e.getMessage()));
        }
    }

    private static End launchFailed(String message) {
        return new End(TaskState.TASK_FAILED, Reason.REASON_CONTAINER_LAUNCH_FAILED, message);
    }

    private ContainerListener listener(LiveTask task) {
        return new ContainerListener() {
            @Override
            public void starting(ContainerStatus status) {
                thread.execute(() -> Tasks.this.starting(task, status));
            }

            @Override
            public void running(ContainerStatus status) {
                thread.execute(() -> Tasks.this.running(task, status));
            }

            @Override
            public void ended(End end) {
                thread.execute(() -> Tasks.this.ended(task, end));
            }
        };
    }

    private void starting(LiveTask task, ContainerStatus status) {
        add(task, statuses(task).step(TaskState.TASK_STARTING, status));
        limitCompletion(task);
    }

    private void running(LiveTask task, ContainerStatus status) {
        // The agent's last life may have ended before it said so.
        if (task.state() == TaskState.TASK_STAGING) {
            starting(task, status);
        }
        if (task.state() == TaskState.TASK_STARTING) {
            add(task, statuses(task).step(TaskState.TASK_RUNNING, status));
        }
    }

    private void ended(LiveTask task, End end) {
        if (task.hasEnded()) {
            throw new IllegalStateException("Ended twice " + task.key());
        }
        End told = task.isOverdue()
                ? new End(TaskState.TASK_FAILED, Reason.REASON_MAX_COMPLETION_TIME_REACHED, end.message())
                : end;
        if (task.info().hasExecutor()) {
            executorEnded(task);
        }
        add(task, statuses(task).end(told, task.containerStatus()));
        if (task.isAbandoned()) {
            forgetWhenTold(task);
        }
    }

    /** There has been none: the task failed for that. */
    private void executorEnded(LiveTask task) {
        String id = task.info().getExecutor().getExecutorId().getValue();
        AgentMessage message = AgentMessage.newBuilder()
                .setExecutorExited(ExecutorExited.newBuilder()
                        .setFrameworkId(task.key().frameworkId())
                        .setExecutorId(id))
                .build();
        if (!outbox.test(message)) {
            LOG.info("The master is told of the end of an executor when it registers this agent again executor={}", id);
        }
    }

    private void add(LiveTask task, TaskStatus status) {
        task.advance(status);
        if (task.hasEnded()) {
            ended.merge(status.getState(), 1, Integer::sum);
        }
        if (!task.isAbandoned()) {
            journal.updated(task.run(), status);
            streams.add(task.key(), status);
        }
    }

    private void limitCompletion(LiveTask task) {
        if (!task.info().hasMaxCompletionTime() || !task.hasBegun()) {
            return;
        }
        long beganMs = (long) (task.statuses().get(0).getTimestamp() * 1_000);
        long limitMs = TaskPolicy.milliseconds(task.info().getMaxCompletionTime());
        task.completesBy(time.after(Math.max(0, beganMs + limitMs - time.epochMs()), thread, task::expire));
    }

    public void kill(KillTask message) throws InvalidProtocolBufferException {
        LiveTask task = live.get(new TaskKey(message.getFrameworkId(), message.getTaskId()));
        if (task == null || task.hasEnded()) {
            LOG.info("Nothing to kill framework={} task={}", message.getFrameworkId(), message.getTaskId());
            return;
        }
        Optional<KillPolicy> policy = message.getKillPolicy().isEmpty()
                ? Optional.empty()
                : Optional.of(KillPolicy.parseFrom(message.getKillPolicy()));
        ContainerStatus container = task.containerStatus();
        if (container != null
                && !task.isKilled()
                && TaskPolicy.hears(task.framework(), FrameworkInfo.Capability.Type.TASK_KILLING_STATE)) {
            add(task, statuses(task).step(TaskState.TASK_KILLING, container));
        }
        task.kill(TaskPolicy.killGraceMs(policy, task.info()));
    }

    public void acknowledge(StatusAcknowledgement message) {
        TaskKey key = new TaskKey(message.getFrameworkId(), message.getTaskId());
        if (!streams.acknowledge(key, message.getUuid())) {
            return;
        }
        LiveTask task = live.get(key);
        if (task != null) {
            journal.acknowledged(task.run(), message.getUuid());
            forgetWhenTold(task);
        }
    }

    private void forgetWhenTold(LiveTask task) {
        if (!task.hasEnded() || !streams.isEmpty(task.key())) {
            return;
        }
        live.remove(task.key());
        if (completed.size() == COMPLETED_MAX) {
            completed.removeFirst();
        }
        completed.addLast(task.view());
        host.launches().execute(() -> removeTraces(task.run()));
        if (live.isEmpty()) {
            whenIdle.run();
        }
    }

    /** The sandbox stays for people to look at. */
    private void removeTraces(Run run) {
        journal.end(run);
        try {
            Directories.remove(host.paths().runtime(run.containerId()));
        } catch (IOException e) {
            LOG.warn("Cannot remove the runtime directory container={}: {}", run.containerId(), e.toString());
        }
    }

    public void frameworkUpdated(FrameworkUpdated message) throws InvalidProtocolBufferException {
        FrameworkInfo updated = FrameworkInfo.parseFrom(message.getFrameworkInfo());
        live.values().stream()
                .filter(task -> task.key().frameworkId().equals(message.getFrameworkId()))
                .forEach(task -> task.frameworkUpdated(updated));
        streams.resend(key -> key.frameworkId().equals(message.getFrameworkId()));
    }

    /** Ends all tasks of a framework that is gone; nobody is told. */
    public void shutdownFramework(String frameworkId) {
        List.copyOf(live.values()).stream()
                .filter(task -> task.key().frameworkId().equals(frameworkId))
                .forEach(this::abandon);
    }

    /** Ends all tasks; nobody is told. */
    public void shutdown(Runnable done) {
        whenIdle = done;
        if (live.isEmpty()) {
            done.run();
        }
        List.copyOf(live.values()).forEach(this::abandon);
    }

    private void abandon(LiveTask task) {
        task.abandon();
        streams.remove(task.key());
        if (task.hasEnded()) {
            forgetWhenTold(task);
        } else {
            task.kill(host.shutdownGraceMs());
        }
    }

    /** The master is (back) there: sends every update again that waits for its acknowledgement. */
    public void resendUpdates() {
        streams.resend(key -> true);
    }

    /** The link takes more. */
    public void drainUpdates() {
        streams.drain();
    }

    /** What a master has to know of an agent that comes back. */
    public List<AgentTask> report() {
        return live.values().stream()
                .filter(task -> !task.isAbandoned())
                .map(Tasks::report)
                .toList();
    }

    private static AgentTask report(LiveTask task) {
        AgentTask.Builder report = AgentTask.newBuilder()
                .setFrameworkId(task.key().frameworkId())
                .setTaskId(task.key().taskId())
                .setState(task.state().getNumber())
                .setTaskInfo(task.info().toByteString());
        ContainerStatus container = task.containerStatus();
        return (container == null ? report : report.setContainerStatus(container.toByteString())).build();
    }

    /** The ended tasks that are remembered, oldest first, then those that are there. */
    public List<TaskView> view() {
        return Stream.concat(completed.stream(), live.values().stream().map(LiveTask::view))
                .toList();
    }

    /** How many tasks have ended in which way since the start of this process. */
    public Map<TaskState, Integer> ended() {
        return Map.copyOf(ended);
    }

    private TaskStatuses statuses(LiveTask task) {
        return new TaskStatuses(task.run().agentId(), task.key().taskId(), time);
    }

    private static TaskKey key(Run run) {
        return new TaskKey(run.frameworkId(), run.executorId());
    }
}
