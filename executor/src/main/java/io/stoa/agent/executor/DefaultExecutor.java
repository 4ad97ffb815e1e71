package io.stoa.agent.executor;

import com.google.protobuf.ByteString;
import io.stoa.agent.container.ContainerId;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containerizer.Container;
import io.stoa.agent.container.Workload;
import io.stoa.agent.executor.ExecutorJournal.Entry;
import io.stoa.agent.sandbox.SharedSandbox;
import io.stoa.agent.task.LiveTask;
import io.stoa.agent.task.TaskPolicy;
import io.stoa.proto.agent.TaskCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pods: the agent itself speaks for tasks in groups, each with a container in the executor's, which has no process. The
 * tasks of a group are killed when one of them fails or is killed; when no task is left the executor ends.
 */
final class DefaultExecutor extends SharedExecutor implements TaskContainer.Owner {

    private static final Logger LOG = LoggerFactory.getLogger(DefaultExecutor.class);

    /** What Mesos' default executor gives a task to end whose group dies. */
    private static final long GROUP_GRACE_MS = 3_000;

    private final Map<LiveTask, Member> members = new LinkedHashMap<>();
    /** Read by the launches' threads too. */
    private final Map<LiveTask, Place> places = new ConcurrentHashMap<>();

    private boolean ending;
    /** How tasks end of which another one took more memory than all of them may; null: none did. */
    private @Nullable End limited;

    /**
     * Where a task is.
     *
     * @param group what the tasks have in common that live and die together
     */
    private record Place(ContainerId container, String group) {}

    /** A task whose container is there, or about to be. */
    private static final class Member {

        private final TaskContainer container;
        private boolean groupDies;

        Member(TaskContainer container) {
            this.container = container;
        }
    }

    DefaultExecutor(Entry entry, ExecutorContext context, Consumer<SharedExecutor> gone) {
        super(entry, context, gone);
    }

    @Override
    boolean takesTasks() {
        return !ending && !isOver();
    }

    @Override
    TaskCheckpoint checkpoint(Launch launch, LiveTask task) {
        Place place = new Place(
                ContainerId.of(run().containerId()).child(UUID.randomUUID().toString()),
                launch.tasks().get(0).key().taskId());
        places.put(task, place);
        return TaskCheckpoint.newBuilder()
                .setContainerId(place.container().value())
                .setGroup(place.group())
                .build();
    }

    @Override
    void enclose(ContainerSpec whole) throws IOException {
        context.host().containers().enclose(whole);
    }

    @Override
    void begin(Launch launch, Map<LiveTask, Optional<KillPolicy>> kills) {
        if (ending || !kills.isEmpty()) {
            End end = End.killedDuringLaunch();
            End killed = new End(
                    end.state(),
                    end.reason(),
                    "A task within the task group was killed before delivery to the executor");
            End told = limited == null ? killed : limited;
            launch.tasks().forEach(task -> say(task, told));
            endWhenEmpty();
            return;
        }
        for (LiveTask task : launch.tasks()) {
            TaskContainer container = new TaskContainer(task, this, context);
            members.put(task, new Member(container));
            container.starting(containerOnly(task));
        }
        launch.tasks().forEach(task -> member(task).container.launch());
    }

    @Override
    void launchFailed() {
        endWhenEmpty();
    }

    @Override
    void adopt(LiveTask task, TaskCheckpoint checkpoint) {
        super.adopt(task, checkpoint);
        places.put(
                task,
                new Place(
                        ContainerId.of(run().containerId()).child(checkpoint.getContainerId()), checkpoint.getGroup()));
        if (!task.hasEnded()) {
            members.put(task, new Member(new TaskContainer(task, this, context)));
        }
    }

    @Override
    void recover() {
        ContainerSpec whole = context.spec(this);
        context.host().containers().enclosed(whole);
        if (!members.isEmpty()) {
            encloseAnew(whole);
        }
        List.copyOf(members.values()).forEach(member -> member.container.recover());
        // The last life may have ended between the end of a task and that of its group, or of all.
        tasks().forEach(this::endIfLimited);
        tasks().stream()
                .filter(DefaultExecutor::endsGroup)
                .forEach(task -> endGroup(place(task).group()));
        endWhenEmpty();
    }

    private Member member(LiveTask task) {
        Member member = members.get(task);
        if (member == null) {
            throw new IllegalStateException("No container " + task.key());
        }
        return member;
    }

    private Place place(LiveTask task) {
        Place place = places.get(task);
        if (place == null) {
            throw new IllegalStateException("No place " + task.key());
        }
        return place;
    }

    private ContainerStatus containerOnly(LiveTask task) {
        return ContainerStatus.newBuilder()
                .setContainerId(place(task).container().toProto())
                .build();
    }

    @Override
    public ContainerSpec spec(LiveTask task, Set<Path> volumesInUse) {
        return context.host().spec(task, place(task).container(), volumesInUse);
    }

    /** People find the sandbox by the task's id, too. */
    @Override
    public void prepare(LiveTask task, ContainerSpec spec) throws IOException {
        SharedSandbox shared = new SharedSandbox(sandbox());
        shared.create(spec.sandbox(), spec.user());
        Files.createDirectories(spec.runtimeDir());
        shared.link(sandbox().resolve("tasks").resolve(task.key().taskId()), spec.sandbox());
    }

    @Override
    public TaskStatus lastStatus(TaskContainer container, End end) {
        boolean byLimit = end.state() == TaskState.TASK_KILLED || isLimited(container.task(), end.reason());
        return ownStatus(container, limited != null && byLimit ? limited : end);
    }

    /** In the words of Mesos' default executor, which knows no reason of the launch's failures. */
    private TaskStatus ownStatus(TaskContainer container, End end) {
        ContainerStatus status = containerOnly(container.task());
        Reason reason = end.reason();
        if (reason == Reason.REASON_EXECUTOR_TERMINATED) {
            return container
                    .statuses()
                    .end(
                            new End(
                                    TaskState.TASK_FAILED,
                                    null,
                                    "Unable to retrieve command's termination information"),
                            status);
        }
        if (reason == Reason.REASON_TASK_KILLED_DURING_LAUNCH) {
            return container.statuses().end(new End(end.state(), null, ""), status);
        }
        return container
                .statuses()
                .end(
                        reason == Reason.REASON_CONTAINER_LAUNCH_FAILED
                                ? new End(end.state(), null, end.message())
                                : end,
                        status);
    }

    @Override
    public void ended(LiveTask task) {
        Member member = members.remove(task);
        endIfLimited(task);
        if (member != null && endsGroup(task) && !ending && !member.groupDies) {
            endGroup(place(task).group());
        }
        endWhenEmpty();
    }

    /** Not where its container is about to go: that must not come back. */
    @Override
    void resize() {
        if (members.keySet().stream().anyMatch(member -> !member.hasEnded())) {
            ContainerSpec whole = context.spec(this);
            afterPreparing(() -> encloseAnew(whole));
        }
    }

    private void encloseAnew(ContainerSpec whole) {
        try {
            enclose(whole);
        } catch (IOException e) {
            LOG.warn("Limits stay as they were executor={}: {}", run().executorId(), e.getMessage());
        }
    }

    private static boolean endsGroup(LiveTask task) {
        return task.state() == TaskState.TASK_FAILED || task.state() == TaskState.TASK_KILLED;
    }

    /** As with Mesos, all that shares a limit ends with who took more. */
    private void endIfLimited(LiveTask task) {
        task.latestStatus()
                .filter(status -> limited == null && isLimited(task, status.getReason()))
                .ifPresent(status -> {
                    limited = new End(
                            status.getState(),
                            status.getReason(),
                            status.getMessage(),
                            OptionalInt.empty(),
                            status.getLimitation().getResourcesList());
                    ending = true;
                    members.values().forEach(member -> member.container.end(0));
                });
    }

    private static boolean isLimited(LiveTask task, @Nullable Reason reason) {
        return reason == Reason.REASON_CONTAINER_LIMITATION_MEMORY
                && Workload.of(task.info()).sharesLimits();
    }

    private void endGroup(String group) {
        members.forEach((task, member) -> {
            if (place(task).group().equals(group)) {
                member.groupDies = true;
                if (!member.container.isKilled()) {
                    member.container.kill(GROUP_GRACE_MS);
                }
            }
        });
    }

    private void endWhenEmpty() {
        if (members.isEmpty() && !isPreparing() && !isOver()) {
            ContainerId id = ContainerId.of(run().containerId());
            afterPreparing(() -> context.host().containers().release(id));
            over(
                    limited == null ? 0 : Container.SIGKILL,
                    new End(TaskState.TASK_FAILED, Reason.REASON_EXECUTOR_TERMINATED, "Executor terminated"));
        }
    }

    @Override
    void killBegun(LiveTask task, Optional<KillPolicy> policy) {
        Member member = members.get(task);
        if (member != null && !ending && !member.container.isKilled()) {
            member.container.kill(TaskPolicy.killGraceMs(policy, task.info()));
        }
    }

    /** Messages mean nothing to Mesos' default executor. */
    @Override
    void message(ByteString data) {}

    @Override
    public void shutDown() {
        ending = true;
        long graceMs = Math.min(GROUP_GRACE_MS, context.host().shutdownGraceMs(info()));
        members.values().stream()
                .filter(member -> !member.container.isKilled())
                .forEach(member -> member.container.kill(graceMs));
    }

    @Override
    public void destroy() {
        ending = true;
        members.values().forEach(member -> member.container.end(context.host().shutdownGraceMs(info())));
    }

    @Override
    void removeTraces(LiveTask task) {
        Place place = places.remove(task);
        if (place != null) {
            context.host().containers().forget(place.container());
            context.host().removeRuntime(run(), place.container());
        }
    }
}
