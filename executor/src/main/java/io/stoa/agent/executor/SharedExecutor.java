package io.stoa.agent.executor;

import com.google.protobuf.ByteString;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.executor.ExecutorJournal.Entry;
import io.stoa.agent.sandbox.AgentPaths.Run;
import io.stoa.agent.sandbox.Directories;
import io.stoa.agent.task.LiveTask;
import io.stoa.agent.task.TaskKey;
import io.stoa.agent.task.TaskStatuses;
import io.stoa.agent.task.TaskView;
import io.stoa.proto.agent.TaskCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.jspecify.annotations.Nullable;

/** An executor that a framework brings: it has an id of its own and may run many tasks. */
abstract class SharedExecutor implements LiveExecutor {

    protected final ExecutorContext context;
    private final Run run;
    private final ExecutorInfo info;
    private final Consumer<SharedExecutor> gone;
    private final Map<TaskKey, LiveTask> tasks = new LinkedHashMap<>();
    /** Launches whose tasks are being written down, with the kills that came meanwhile. */
    private final Map<Launch, Map<LiveTask, Optional<KillPolicy>>> unprepared = new LinkedHashMap<>();

    private volatile FrameworkInfo framework;
    /** What makes room for its tasks is done in the order in which they come and go. */
    private CompletableFuture<Void> preparing = CompletableFuture.completedFuture(null);

    private boolean rootMade;
    private boolean goneTold;
    /** How the tasks ended that ended with it; null until then. */
    private @Nullable End end;

    /** @param gone told when it has ended and nothing is left to tell about its tasks */
    SharedExecutor(Entry entry, ExecutorContext context, Consumer<SharedExecutor> gone) {
        this.run = entry.run();
        this.info = entry.info();
        this.framework = entry.framework();
        this.context = context;
        this.gone = gone;
    }

    @Override
    public final Run run() {
        return run;
    }

    @Override
    public final ExecutorStage stage() {
        if (isOver()) {
            return ExecutorStage.TERMINATED;
        }
        if (!takesTasks()) {
            return ExecutorStage.TERMINATING;
        }
        return hasSubscribed() ? ExecutorStage.RUNNING : ExecutorStage.REGISTERING;
    }

    /** True where it has subscribed, though its connection may be lost; or need not, since the agent speaks for it. */
    boolean hasSubscribed() {
        return true;
    }

    final ExecutorInfo info() {
        return info;
    }

    final FrameworkInfo framework() {
        return framework;
    }

    final void frameworkUpdated(FrameworkInfo updated) {
        framework = updated;
    }

    /** Its tasks that are known, also those that have ended and are not acknowledged. */
    final List<LiveTask> tasks() {
        return List.copyOf(tasks.values());
    }

    /** True where nothing of it runs any more, though not all may have been told about its tasks. */
    final boolean isOver() {
        return end != null;
    }

    @Override
    public final ExecutorView view(List<TaskView> known) {
        return new ExecutorView(run, framework, info, false, known, isOver());
    }

    /** False from when it is to end: what comes then is dropped. */
    abstract boolean takesTasks();

    /** What the framework has to say to it. */
    abstract void message(ByteString data);

    /** Tasks that are new to it; the first ones start it. */
    final void launch(Launch launch) {
        launch.tasks().forEach(this::add);
        unprepared.put(launch, new LinkedHashMap<>());
        ContainerSpec whole = context.spec(this);
        CompletableFuture<Void> volumes = CompletableFuture.allOf(
                launch.tasks().stream().map(context::volumesReady).toArray(CompletableFuture<?>[]::new));
        preparing = CompletableFuture.allOf(preparing, volumes)
                .thenRunAsync(() -> prepare(launch, whole), context.host().launches());
    }

    /** Does something on the launches' executor, after all that was begun before; it must not throw. */
    final void afterPreparing(Runnable work) {
        preparing = preparing.thenRunAsync(work, context.host().launches());
    }

    private void add(LiveTask task) {
        tasks.put(task.key(), task);
        if (!task.hasEnded()) {
            task.end().thenRun(this::resize);
        }
    }

    /** On the launches' executor: what takes a disk. */
    private void prepare(Launch launch, ContainerSpec whole) {
        Optional<String> failure = Optional.empty();
        try {
            makeRoot();
            enclose(whole);
            for (LiveTask task : launch.tasks()) {
                context.tasks().journal().begin(task, checkpoint(launch, task));
            }
        } catch (IOException | RuntimeException e) {
            failure = Optional.of("Failed to launch container: " + e.getMessage());
        }
        Optional<String> told = failure;
        context.thread().execute(() -> prepared(launch, told));
    }

    /**
     * Makes room for its tasks; on the launches' executor.
     *
     * @param whole its container, with what all its tasks are to have
     */
    void enclose(ContainerSpec whole) throws IOException {}

    /** Another set of its tasks has not ended; what its container is to have follows. */
    void resize() {}

    private void makeRoot() throws IOException {
        if (!rootMade) {
            new ExecutorJournal(context.host().paths(), context.tasks().journal())
                    .begin(new Entry(run, info, framework));
            Directories.createSandbox(sandbox(), context.host().user(info, framework));
            Files.createDirectories(context.host().paths().runtime(run.containerId()));
            rootMade = true;
        }
    }

    final Path sandbox() {
        return context.host().paths().sandbox(run);
    }

    private void prepared(Launch launch, Optional<String> failure) {
        Map<LiveTask, Optional<KillPolicy>> kills = unprepared.remove(launch);
        if (end != null) {
            End told = end;
            launch.tasks().forEach(task -> say(task, told));
        } else if (failure.isPresent()) {
            End told = new End(TaskState.TASK_FAILED, Reason.REASON_CONTAINER_LAUNCH_FAILED, failure.get());
            launch.tasks().forEach(task -> say(task, told));
            launchFailed();
        } else {
            begin(launch, kills == null ? Map.of() : kills);
        }
        endIfDone();
    }

    /** What else the agent's next life needs to know of a task. */
    abstract TaskCheckpoint checkpoint(Launch launch, LiveTask task);

    /** Launches tasks whose directories are there. */
    abstract void begin(Launch launch, Map<LiveTask, Optional<KillPolicy>> kills);

    /** Tasks could not be launched; they were reported. */
    abstract void launchFailed();

    final boolean isPreparing() {
        return !unprepared.isEmpty();
    }

    final boolean isPreparing(LiveTask task) {
        return unprepared.keySet().stream().anyMatch(launch -> launch.tasks().contains(task));
    }

    /** A task that it ran in an earlier life of the agent. */
    void adopt(LiveTask task, TaskCheckpoint checkpoint) {
        add(task);
    }

    /** Takes up what it ran in an earlier life of the agent, when all its tasks are adopted. */
    abstract void recover();

    /** Taken up, it can reach the agent from now on. */
    void await() {}

    @Override
    public final void kill(LiveTask task, Optional<KillPolicy> policy) {
        for (Map.Entry<Launch, Map<LiveTask, Optional<KillPolicy>>> launch : unprepared.entrySet()) {
            if (launch.getKey().tasks().contains(task)) {
                launch.getValue().put(task, policy);
                return;
            }
        }
        killBegun(task, policy);
    }

    abstract void killBegun(LiveTask task, Optional<KillPolicy> policy);

    /** The agent, not the executor, says how a task ended. */
    final void say(LiveTask task, End end) {
        context.tasks().update(task, TaskStatuses.of(task, context.time()).end(end, null));
    }

    /**
     * Nothing of it runs any more.
     *
     * @param waitStatus -1 where it is not known
     * @param tasksEnd how the tasks end with it that have not ended before
     */
    final void over(int waitStatus, End tasksEnd) {
        end = tasksEnd;
        context.exits().ended(run.frameworkId(), run.executorId(), OptionalInt.of(waitStatus));
        tasks().stream().filter(task -> !task.hasEnded() && !isPreparing(task)).forEach(task -> say(task, tasksEnd));
        endIfDone();
    }

    @Override
    public final void forgotten(LiveTask task) {
        tasks.remove(task.key());
        context.host().launches().execute(() -> {
            context.tasks().journal().end(task);
            removeTraces(task);
        });
        endIfDone();
    }

    /** What else there is of a task of which nothing is left to tell; on the launches' executor. */
    abstract void removeTraces(LiveTask task);

    private void endIfDone() {
        if (end != null && tasks.isEmpty() && unprepared.isEmpty() && !goneTold) {
            goneTold = true;
            gone.accept(this);
        }
    }
}
