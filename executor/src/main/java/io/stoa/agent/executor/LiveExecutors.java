package io.stoa.agent.executor;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.agent.check.Checks;
import io.stoa.agent.recovery.RecoveryErrors;
import io.stoa.agent.sandbox.AgentPaths.Run;
import io.stoa.agent.task.LiveTask;
import io.stoa.agent.task.TaskJournal;
import io.stoa.agent.task.TaskKey;
import io.stoa.agent.task.TaskView;
import io.stoa.agent.task.Tasks;
import io.stoa.proto.agent.AgentExecutor;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.AgentTask;
import io.stoa.proto.agent.DriverAcknowledgement;
import io.stoa.proto.agent.FrameworkMessage;
import io.stoa.proto.agent.FrameworkUpdated;
import io.stoa.proto.agent.KillTask;
import io.stoa.proto.agent.ShutdownExecutor;
import io.stoa.proto.agent.StatusAcknowledgement;
import io.stoa.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All executors of an agent, and through them its tasks. Everything public is called on the agent's own thread. */
public final class LiveExecutors implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveExecutors.class);

    /** By the container id of their run; also those that have ended while something is left to tell of their tasks. */
    private final Map<String, LiveExecutor> executors = new LinkedHashMap<>();

    private final Tasks tasks;
    private final ExecutorContext context;
    private final ExecutorJournal journal;
    private final Consumer<Run> over;
    private final ExecutorHistory history;
    private Runnable whenIdle = () -> {};
    private long terminated;
    private long delivered;
    private long undeliverable;

    /**
     * @param outbox the way to the master: false where the link is closed or full
     * @param thread the agent's own
     * @param over told of every run of which nothing is left but its sandbox
     */
    public LiveExecutors(
            TaskHost host, Predicate<AgentMessage> outbox, Time time, Executor thread, Consumer<Run> over) {
        this.over = over;
        this.tasks = new Tasks(host.paths(), outbox, time, thread, this::forgotten);
        this.context = new ExecutorContext(
                host, tasks, new Checks(time, thread), outbox, new ExecutorExits(outbox), time, thread);
        this.history = new ExecutorHistory(host.policy().completedMax(), this::knowsFramework);
        this.journal = new ExecutorJournal(host.paths(), tasks.journal());
    }

    ExecutorContext context() {
        return context;
    }

    /**
     * Takes up what an earlier life of this agent left; before anything else. Tasks of frameworks that do not
     * checkpoint were lost with that life, as in Mesos.
     *
     * @param errors is told of what is damaged
     */
    public void recover(String agentId, RecoveryErrors errors) throws IOException {
        for (ExecutorJournal.Entry entry : journal.read(agentId, errors)) {
            add(entry);
        }
        for (TaskJournal.Entry entry : tasks.journal().read(agentId, errors)) {
            LiveTask task = tasks.restore(entry);
            if (executors.get(task.run().containerId()) instanceof SharedExecutor shared) {
                shared.adopt(task, entry.checkpoint());
            } else {
                CommandExecutor executor = addCommand(task);
                if (!task.hasEnded()) {
                    executor.recover();
                }
            }
        }
        shared().forEach(SharedExecutor::recover);
        List.copyOf(tasks.live()).forEach(tasks::forgetWhenTold);
        shared().stream()
                .filter(executor -> !executor.framework().getCheckpoint())
                .forEach(SharedExecutor::destroy);
        List.copyOf(tasks.live()).stream()
                .filter(task -> !task.framework().getCheckpoint())
                .forEach(this::abandon);
        LOG.info("Recovered tasks={} agent={}", tasks.live().size(), agentId);
    }

    /** Executors of an earlier life can find the agent from now on: they have to. */
    public void awaitExecutors() {
        shared().forEach(SharedExecutor::await);
    }

    CommandExecutor addCommand(LiveTask task) {
        CommandExecutor executor = new CommandExecutor(task, context, this::gone);
        executors.put(task.run().containerId(), executor);
        return executor;
    }

    SharedExecutor add(ExecutorJournal.Entry entry) {
        SharedExecutor executor = entry.info().getType() == ExecutorInfo.Type.DEFAULT
                ? new DefaultExecutor(entry, context, this::gone)
                : new CustomExecutor(entry, context, this::gone);
        executors.put(entry.run().containerId(), executor);
        return executor;
    }

    /** A copy: what is done with them may change what is there. */
    private List<SharedExecutor> shared() {
        return executors.values().stream()
                .filter(SharedExecutor.class::isInstance)
                .map(SharedExecutor.class::cast)
                .toList();
    }

    /** The run of an executor that is not over, else its newest. */
    Optional<SharedExecutor> find(String frameworkId, String executorId) {
        return shared().stream()
                .filter(executor -> executor.run().frameworkId().equals(frameworkId)
                        && executor.run().executorId().equals(executorId))
                .reduce((older, newer) -> newer.isOver() && !older.isOver() ? older : newer);
    }

    boolean knowsFramework(String frameworkId) {
        return executors.values().stream()
                .anyMatch(executor -> executor.run().frameworkId().equals(frameworkId));
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

    /** Those of all runs that are not over; a copy. */
    public Set<String> containers() {
        return Set.copyOf(executors.keySet());
    }

    public void acknowledge(StatusAcknowledgement message) {
        tasks.acknowledge(message);
    }

    /**
     * Asks the master, which knows whose tasks are whose, for an acknowledgement that a driver gave to this agent.
     *
     * @return false where there is no way to it
     */
    public boolean askFor(DriverAcknowledgement acknowledgement) {
        TaskKey key = new TaskKey(acknowledgement.getFrameworkId(), acknowledgement.getTaskId());
        return !tasks.awaits(key, acknowledgement.getUuid())
                || context.outbox()
                        .test(AgentMessage.newBuilder()
                                .setDriverAcknowledgement(acknowledgement)
                                .build());
    }

    /** What a framework has to say to its executor. */
    public void message(FrameworkMessage message) {
        Optional<SharedExecutor> executor = find(message.getFrameworkId(), message.getExecutorId());
        executor.ifPresent(found -> found.message(message.getData()));
        if (executor.isPresent()) {
            delivered++;
        } else {
            undeliverable++;
        }
    }

    /** What an executor has to say to its framework; dropped where the master is away, as in Mesos. */
    void tell(Run run, ByteString data) {
        delivered++;
        AgentMessage.Builder message = AgentMessage.newBuilder();
        message.getExecutorMessageBuilder()
                .setFrameworkId(run.frameworkId())
                .setExecutorId(run.executorId())
                .setData(data);
        if (!context.outbox().test(message.build())) {
            LOG.warn("No way to the master, message dropped executor={}", run.executorId());
        }
    }

    /** Ends an executor because its framework wants it; a command task's has the task's id. */
    public void shutdownExecutor(ShutdownExecutor message) {
        executors.values().stream()
                .map(LiveExecutor::run)
                .filter(run -> run.frameworkId().equals(message.getFrameworkId())
                        && run.executorId().equals(message.getExecutorId()))
                .toList()
                .forEach(run -> {
                    LiveExecutor executor = executors.get(run.containerId());
                    if (executor != null) {
                        executor.shutDown();
                    }
                });
    }

    private void forgotten(LiveTask task) {
        history.ended(task.view());
        executor(task).forgotten(task);
    }

    private void gone(LiveExecutor executor) {
        executors.remove(executor.run().containerId());
        history.ended(executor.view(history.tasks(executor.run().containerId())));
        terminated++;
        over.accept(executor.run());
        context.host().launches().execute(() -> {
            tasks.journal().end(executor.run());
            context.host().removeRuntime(executor.run());
        });
        if (executors.isEmpty()) {
            whenIdle.run();
        }
    }

    public void frameworkUpdated(FrameworkUpdated message) throws InvalidProtocolBufferException {
        FrameworkInfo updated = FrameworkInfo.parseFrom(message.getFrameworkInfo());
        shared().stream()
                .filter(executor -> executor.run().frameworkId().equals(message.getFrameworkId()))
                .forEach(executor -> executor.frameworkUpdated(updated));
        tasks.frameworkUpdated(message);
    }

    /** Ends everything of a framework that is gone; nobody is told. */
    public void shutdownFramework(String frameworkId) {
        destroy(run -> run.frameworkId().equals(frameworkId));
    }

    /** Ends everything; nobody is told. */
    public void shutdown(Runnable done) {
        whenIdle = done;
        if (executors.isEmpty()) {
            done.run();
        }
        destroy(run -> true);
    }

    private void destroy(Predicate<Run> which) {
        List.copyOf(tasks.live()).stream()
                .filter(task -> which.test(task.run()))
                .forEach(this::abandon);
        List.copyOf(executors.values()).stream()
                .filter(executor -> which.test(executor.run()))
                .forEach(LiveExecutor::destroy);
    }

    private void abandon(LiveTask task) {
        tasks.abandon(task);
        LiveExecutor executor = executors.get(task.run().containerId());
        if (executor instanceof CommandExecutor command) {
            command.destroy();
        }
    }

    /** The master is (back) there: tells what it has not heard, and every update again that is unacknowledged. */
    public void registered() {
        context.exits().drain();
        tasks.resendUpdates();
    }

    /** The link takes more. */
    public void drain() {
        context.exits().drain();
        tasks.drainUpdates();
    }

    /** What a master has to know of the tasks of an agent that comes back. */
    public List<AgentTask> report() {
        return tasks.report();
    }

    /** The executors that run, but for those of command tasks, for a master that is to know no others. */
    public List<AgentExecutor> reportExecutors() {
        context.exits().reported();
        return shared().stream()
                .filter(executor -> !executor.isOver())
                .map(executor -> AgentExecutor.newBuilder()
                        .setFrameworkId(executor.run().frameworkId())
                        .setExecutorId(executor.run().executorId())
                        .build())
                .toList();
    }

    /** The last executors that have ended, then those that are there, oldest first. */
    public List<ExecutorView> views() {
        Map<String, List<TaskView>> live = tasks.live().stream()
                .map(LiveTask::view)
                .collect(Collectors.groupingBy(task -> task.run().containerId()));
        List<ExecutorView> views = new ArrayList<>(history.executors());
        executors.forEach((containerId, executor) -> {
            List<TaskView> own = new ArrayList<>(history.tasks(containerId));
            own.addAll(live.getOrDefault(containerId, List.of()));
            views.add(executor.view(own));
        });
        return views;
    }

    /** Their tasks. */
    public List<TaskView> view() {
        return views().stream().flatMap(executor -> executor.tasks().stream()).toList();
    }

    /** All that executors and tasks have that have not ended. */
    public List<Resource> held() {
        return Stream.concat(
                        shared().stream()
                                .filter(executor -> !executor.isOver())
                                .flatMap(executor -> executor.info().getResourcesList().stream()),
                        tasks.live().stream()
                                .filter(task -> !task.hasEnded())
                                .flatMap(task -> task.info().getResourcesList().stream()))
                .toList();
    }

    /** Figures about executors and messages, under Mesos' names. */
    public void addTo(SortedMap<String, Double> figures) {
        Map<ExecutorStage, Long> stages =
                executors.values().stream().collect(Collectors.groupingBy(LiveExecutor::stage, Collectors.counting()));
        for (ExecutorStage stage : ExecutorStage.values()) {
            long before = stage == ExecutorStage.TERMINATED ? terminated : 0;
            figures.put("slave/executors_" + stage.name().toLowerCase(Locale.ROOT), (double)
                    (before + stages.getOrDefault(stage, 0L)));
        }
        figures.put("slave/frameworks_active", (double) executors.values().stream()
                .filter(executor -> executor.stage() != ExecutorStage.TERMINATED)
                .map(executor -> executor.run().frameworkId())
                .distinct()
                .count());
        figures.put("slave/valid_framework_messages", (double) delivered);
        figures.put("slave/invalid_framework_messages", (double) undeliverable);
        tasks.addTo(figures);
    }

    /** How many tasks are in which state; those that have ended and are not forgotten included. */
    public Map<TaskState, Long> states() {
        return tasks.live().stream().collect(Collectors.groupingBy(LiveTask::state, Collectors.counting()));
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
