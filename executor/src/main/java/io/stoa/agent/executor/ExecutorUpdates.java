package io.stoa.agent.executor;

import io.stoa.agent.sandbox.AgentPaths.Run;
import io.stoa.agent.task.LiveTask;
import io.stoa.agent.task.TaskKey;
import io.stoa.proto.mesos.TaskStates;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one executor says about its tasks: judged, completed with what the agent knows, and passed on. */
final class ExecutorUpdates {

    private static final Logger LOG = LoggerFactory.getLogger(ExecutorUpdates.class);

    private final Run run;
    private final ExecutorContext context;
    private ContainerStatus container;

    ExecutorUpdates(Run run, ExecutorContext context) {
        this.run = run;
        this.context = context;
        this.container = ContainerStatus.newBuilder()
                .setContainerId(ContainerID.newBuilder().setValue(run.containerId()))
                .build();
    }

    /** What is known of the executor's container by now. */
    void contained(ContainerStatus status) {
        container = status;
    }

    ContainerID containerId() {
        return container.getContainerId();
    }

    /**
     * Takes an update; one that comes too late changes nothing.
     *
     * @param own whether a task is the executor's
     * @param waiting whether a task was not sent to it yet
     * @return whether the executor is to be told that it need not repeat it
     */
    boolean take(TaskStatus said, Predicate<LiveTask> own, Predicate<LiveTask> waiting) {
        if (said.hasAgentId() && !said.getAgentId().getValue().equals(run.agentId())) {
            LOG.warn("Ignored an update with another agent's id executor={} {}", run.executorId(), said.getAgentId());
            context.tasks().ignored();
            return false;
        }
        TaskStatus.Builder status = said.toBuilder()
                .setAgentId(AgentID.newBuilder().setValue(run.agentId()))
                .setSource(TaskStatus.Source.SOURCE_EXECUTOR);
        if (!said.hasTimestamp()) {
            status.setTimestamp(context.time().epochMs() / 1_000.0);
        }
        TaskKey key = new TaskKey(run.frameworkId(), said.getTaskId().getValue());
        Optional<LiveTask> task = context.tasks().find(key);
        boolean isLast = task.isPresent() && TaskStates.isTerminal(said.getState());
        boolean isNew = task.filter(known -> known.hasEnded() || known.knows(said.getUuid()))
                .isEmpty();
        if (isNew && !isLast && !context.tasks().hasRoom(key)) {
            LOG.warn(
                    "Ignored an update, since too many wait for acknowledgements executor={} {}",
                    run.executorId(),
                    key);
            return false;
        }
        if (task.isEmpty()) {
            // The framework may know more of it than the agent does.
            context.tasks().refuse(key, status.build());
            return false;
        }
        if (!own.test(task.get())) {
            LOG.warn("Ignored an update of another executor's task executor={} {}", run.executorId(), key);
            context.tasks().ignored();
            return false;
        }
        boolean early = waiting.test(task.get()) && !isLast;
        if (isNew && !early) {
            context.tasks()
                    .update(
                            task.get(),
                            status.setContainerStatus(contained(said)).build());
        }
        return true;
    }

    private ContainerStatus contained(TaskStatus said) {
        ContainerStatus status = said.getContainerStatus();
        boolean other = status.hasContainerId() && !status.getContainerId().equals(container.getContainerId());
        return other ? status : status.toBuilder().mergeFrom(container).build();
    }
}
