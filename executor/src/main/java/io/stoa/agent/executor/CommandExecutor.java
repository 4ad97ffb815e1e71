package io.stoa.agent.executor;

import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.sandbox.AgentPaths.Run;
import io.stoa.agent.sandbox.Directories;
import io.stoa.agent.task.LiveTask;
import io.stoa.agent.task.TaskPolicy;
import io.stoa.agent.task.TaskView;
import io.stoa.proto.agent.TaskCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.TaskStatus;

/** The executor of one task that brings none: the agent speaks for the task's container. Its id is the task's. */
final class CommandExecutor implements LiveExecutor, TaskContainer.Owner {

    private final TaskContainer container;
    private final ExecutorContext context;
    private final Consumer<LiveExecutor> gone;

    /** @param gone told when nothing is left to tell about its task */
    CommandExecutor(LiveTask task, ExecutorContext context, Consumer<LiveExecutor> gone) {
        this.context = context;
        this.gone = gone;
        this.container = new TaskContainer(task, this, context);
    }

    @Override
    public Run run() {
        return container.task().run();
    }

    @Override
    public ExecutorStage stage() {
        return container.task().hasEnded() ? ExecutorStage.TERMINATED : ExecutorStage.RUNNING;
    }

    void launch() {
        container.launch();
    }

    void recover() {
        container.recover();
    }

    @Override
    public void kill(LiveTask task, Optional<KillPolicy> policy) {
        container.kill(TaskPolicy.killGraceMs(policy, task.info()));
    }

    @Override
    public void shutDown() {
        container.kill(context.host().timeouts().shutdownGraceMs());
    }

    @Override
    public void destroy() {
        container.end(context.host().timeouts().shutdownGraceMs());
    }

    @Override
    public ContainerSpec spec(LiveTask task, Set<Path> volumesInUse) {
        return context.host().spec(task, volumesInUse);
    }

    @Override
    public void prepare(LiveTask task, ContainerSpec spec) throws IOException {
        context.tasks().journal().begin(task, TaskCheckpoint.getDefaultInstance());
        Directories.createSandbox(spec.sandbox(), spec.user());
        Files.createDirectories(spec.runtimeDir());
    }

    @Override
    public TaskStatus lastStatus(TaskContainer ended, End end) {
        return ended.statuses().end(end, ended.known());
    }

    @Override
    public void ended(LiveTask task) {
        // Its task was all there was of it.
    }

    @Override
    public ExecutorView view(List<TaskView> tasks) {
        return ExecutorView.of(tasks.get(0));
    }

    @Override
    public void forgotten(LiveTask task) {
        gone.accept(this);
    }
}
