package io.stoa.agent.executor;

import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.agent.check.Checks;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.recovery.RecoveryErrors;
import io.stoa.agent.sandbox.AgentPaths.Run;
import io.stoa.agent.task.LiveTask;
import io.stoa.agent.task.TaskJournal;
import io.stoa.agent.task.TaskKey;
import io.stoa.agent.task.TaskPolicy;
import io.stoa.agent.task.TaskStatuses;
import io.stoa.agent.task.TaskView;
import io.stoa.agent.task.Tasks;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.AgentTask;
import io.stoa.proto.agent.FrameworkUpdated;
import io.stoa.proto.agent.KillTask;
import io.stoa.proto.agent.RunTask;
import io.stoa.proto.agent.StatusAcknowledgement;
import io.stoa.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All executors of an agent, and through them its tasks. Everything public is called on the agent's own thread. */
public final class LiveExecutors implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveExecutors.class);

    /** By the container id of their run. */
    private final Map<String, LiveExecutor> executors = new HashMap<>();

    private final Tasks tasks;
    private final ExecutorContext context;
    private final Consumer<Run> over;
    private Runnable whenIdle = () -> {};

    /**
     * @param outbox the way to the master: false where the link is closed or full
     * @param thread the agent's own
     * @param over told of every run of which nothing is left but its sandbox
     */
    public LiveExecutors(
            TaskHost host, Predicate<AgentMessage> outbox, Time time, Executor thread, Consumer<Run> over) {
        this.over = over;
        this.tasks = new Tasks(host.paths(), outbox, time, thread, this::forgotten);
        this.context = new ExecutorContext(host, tasks, new Checks(time, thread), outbox, time, thread);
    }

    /**
     * Takes up what an earlier life of this agent left; before anything else. Tasks of frameworks that do not
     * checkpoint were lost with that life, as in Mesos.
     *
     * @param errors is told of what is damaged
     */
    public void recover(String agentId, RecoveryErrors errors) throws IOException {
        for (TaskJournal.Entry entry : tasks.journal().read(agentId, errors)) {
            LiveTask task = tasks.restore(entry);
            CommandExecutor executor = new CommandExecutor(task, context);
            executors.put(task.run().containerId(), executor);
            if (task.hasEnded()) {
                tasks.forgetWhenTold(task);
            } else {
                executor.recover();
            }
            if (!task.framework().getCheckpoint()) {
                abandon(task);
            }
        }
        LOG.info("Recovered tasks={} agent={}", tasks.live().size(), agentId);
    }

    /** Runs a task that is not known yet; the master repeats itself, and nothing is launched twice. */
    public void run(String agentId, RunTask message) throws InvalidProtocolBufferException {
        TaskInfo info = TaskInfo.parseFrom(message.getTaskInfo());
        TaskKey key = new TaskKey(message.getFrameworkId(), info.getTaskId().getValue());
        if (tasks.find(key).isPresent()) {
            LOG.info("Known task not launched again {}", key);
            return;
        }
        Run run;
        try {
            run = new Run(
                    agentId, key.frameworkId(), key.taskId(), UUID.randomUUID().toString());
        } catch (IllegalArgumentException e) {
            End end = new End(TaskState.TASK_ERROR, Reason.REASON_TASK_INVALID, String.valueOf(e.getMessage()));
            refuse(agentId, key, end);
            return;
        }
        FrameworkInfo framework = FrameworkInfo.parseFrom(message.getFrameworkInfo());
        if (!context.host().volumes().holds(info)) {
            refuse(agentId, key, TaskPolicy.unknownVolumes(framework));
            return;
        }
        LiveTask task = new LiveTask(key, run, info, framework);
        CommandExecutor executor = new CommandExecutor(task, context);
        executors.put(run.containerId(), executor);
        tasks.add(task);
        executor.launch();
    }

    private void refuse(String agentId, TaskKey key, End end) {
        tasks.refuse(key, new TaskStatuses(agentId, key.taskId(), key.taskId(), context.time()).end(end, null));
    }

    /** Completes when all tasks have ended that are there now and use a volume at one of these paths. */
    public CompletableFuture<Void> unused(Set<Path> volumes) {
        return CompletableFuture.allOf(tasks.live().stream()
                .filter(task -> !Collections.disjoint(context.host().volumes().paths(task.info()), volumes))
                .map(LiveTask::end)
                .toArray(CompletableFuture<?>[]::new));
    }

    public void kill(KillTask message) throws InvalidProtocolBufferException {
        TaskKey key = new TaskKey(message.getFrameworkId(), message.getTaskId());
        Optional<LiveTask> task = tasks.find(key).filter(known -> !known.hasEnded());
        if (task.isEmpty()) {
            LOG.info("Nothing to kill {}", key);
            return;
        }
        Optional<KillPolicy> policy = message.getKillPolicy().isEmpty()
                ? Optional.empty()
                : Optional.of(KillPolicy.parseFrom(message.getKillPolicy()));
        executor(task.get()).kill(task.get(), policy);
    }

    private LiveExecutor executor(LiveTask task) {
        LiveExecutor executor = executors.get(task.run().containerId());
        if (executor == null) {
            throw new IllegalStateException("No executor " + task.key());
        }
        return executor;
    }

    /** True where the run with this container is not over. */
    public boolean isKnown(String containerId) {
        return executors.containsKey(containerId);
    }

    public void acknowledge(StatusAcknowledgement message) {
        tasks.acknowledge(message);
    }

    private void forgotten(LiveTask task) {
        executor(task).forgotten(task);
        executors.remove(task.run().containerId());
        over.accept(task.run());
        if (executors.isEmpty()) {
            whenIdle.run();
        }
    }

    public void frameworkUpdated(FrameworkUpdated message) throws InvalidProtocolBufferException {
        tasks.frameworkUpdated(message);
    }

    /** Ends all tasks of a framework that is gone; nobody is told. */
    public void shutdownFramework(String frameworkId) {
        tasks.ofFramework(frameworkId).forEach(this::abandon);
    }

    /** Ends all tasks; nobody is told. */
    public void shutdown(Runnable done) {
        whenIdle = done;
        if (executors.isEmpty()) {
            done.run();
        }
        List.copyOf(tasks.live()).forEach(this::abandon);
    }

    private void abandon(LiveTask task) {
        LiveExecutor executor = executor(task);
        tasks.abandon(task);
        if (!task.hasEnded()) {
            executor.destroy();
        }
    }

    /** The master is (back) there: sends every update again that waits for its acknowledgement. */
    public void resendUpdates() {
        tasks.resendUpdates();
    }

    /** The link takes more. */
    public void drainUpdates() {
        tasks.drainUpdates();
    }

    /** What a master has to know of an agent that comes back. */
    public List<AgentTask> report() {
        return tasks.report();
    }

    /** The ended tasks that are remembered, oldest first, then those that are there. */
    public List<TaskView> view() {
        return tasks.view();
    }

    /** How many tasks have ended in which way since the start of this process. */
    public Map<TaskState, Integer> ended() {
        return tasks.ended();
    }

    /** Forgets all of them; they run on. */
    @Override
    public void close() {
        context.checks().close();
    }
}
