package io.stoa.agent.executor;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.executor.ExecutorJournal.Entry;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.agent.sandbox.AgentPaths.Run;
import io.stoa.agent.task.LiveTask;
import io.stoa.agent.task.TaskKey;
import io.stoa.agent.task.TaskPolicy;
import io.stoa.agent.task.TaskStatuses;
import io.stoa.proto.agent.RunTask;
import io.stoa.proto.agent.RunTaskGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings tasks that the master sends to their executors. On the agent's own thread. */
public final class TaskLaunches {

    private static final Logger LOG = LoggerFactory.getLogger(TaskLaunches.class);

    private final LiveExecutors executors;
    private final ExecutorContext context;

    public TaskLaunches(LiveExecutors executors) {
        this.executors = executors;
        this.context = executors.context();
    }

    /**
     * What the master wants to run.
     *
     * @param launchesExecutor whether the tasks are to be the first of their executor
     */
    private record Order(
            String agentId,
            String frameworkId,
            FrameworkInfo framework,
            List<TaskInfo> tasks,
            boolean group,
            boolean launchesExecutor) {}

    /** Runs a task that is not known yet; the master repeats itself, and nothing is launched twice. */
    public void run(String agentId, RunTask message) throws InvalidProtocolBufferException {
        run(new Order(
                agentId,
                message.getFrameworkId(),
                FrameworkInfo.parseFrom(message.getFrameworkInfo()),
                List.of(TaskInfo.parseFrom(message.getTaskInfo())),
                false,
                message.getLaunchesExecutor()));
    }

    /** The same for tasks that are delivered as a whole. */
    public void run(String agentId, RunTaskGroup message) throws InvalidProtocolBufferException {
        List<TaskInfo> tasks = new ArrayList<>();
        for (ByteString task : message.getTaskInfosList()) {
            tasks.add(TaskInfo.parseFrom(task));
        }
        run(new Order(
                agentId,
                message.getFrameworkId(),
                FrameworkInfo.parseFrom(message.getFrameworkInfo()),
                tasks,
                true,
                message.getLaunchesExecutor()));
    }

    private void run(Order order) {
        for (TaskInfo task : order.tasks()) {
            if (context.tasks().find(key(order, task)).isPresent()) {
                LOG.info("Known task not launched again {}", key(order, task));
                return;
            }
        }
        if (order.tasks().stream().anyMatch(task -> context.tasks().isRefused(key(order, task)))) {
            // The framework hears that they have ended, whatever became of them.
            drop(order, "Refused before");
            return;
        }
        if (!order.tasks().stream().allMatch(context.host().volumes()::holds)) {
            drop(order, TaskPolicy.unknownVolumes(order.framework()));
            return;
        }
        try {
            if (order.tasks().get(0).hasExecutor()) {
                runOnShared(order);
            } else {
                runAlone(order);
            }
        } catch (IllegalArgumentException e) {
            drop(order, new End(TaskState.TASK_ERROR, Reason.REASON_TASK_INVALID, String.valueOf(e.getMessage())));
        }
    }

    private void runAlone(Order order) {
        TaskInfo info = order.tasks().get(0);
        LiveTask task = task(order, info, newRun(order, info.getTaskId().getValue()));
        context.tasks().add(task);
        executors.addCommand(task).launch();
    }

    private void runOnShared(Order order) {
        order.tasks()
                .forEach(task ->
                        AgentPaths.requireName("task id", task.getTaskId().getValue()));
        ExecutorInfo info = order.tasks().get(0).getExecutor();
        Optional<SharedExecutor> running = executors
                .find(order.frameworkId(), info.getExecutorId().getValue())
                .filter(executor -> !executor.isOver());
        if (running.isPresent() && order.launchesExecutor()) {
            // The master does not know it: nothing may go on there of which nobody knows.
            drop(order, "Master wants to launch executor, but one already exists");
            running.get().shutDown();
        } else if (running.isEmpty() && !order.launchesExecutor()) {
            drop(order, "No executor is expected to launch and there is none running");
        } else if (running.filter(executor -> !executor.takesTasks()).isPresent()) {
            drop(order, "Executor terminating");
        } else {
            launch(running.orElseGet(() -> start(order, info)), order);
        }
    }

    private SharedExecutor start(Order order, ExecutorInfo info) {
        Run run = newRun(order, info.getExecutorId().getValue());
        context.exits().started(run.frameworkId(), run.executorId());
        return executors.add(new Entry(run, info, order.framework()));
    }

    private void launch(SharedExecutor executor, Order order) {
        List<LiveTask> tasks = order.tasks().stream()
                .map(task -> task(order, task, executor.run()))
                .toList();
        tasks.forEach(context.tasks()::add);
        executor.launch(new Launch(tasks, order.group()));
    }

    private static LiveTask task(Order order, TaskInfo info, Run run) {
        return new LiveTask(key(order, info), run, info, order.framework());
    }

    /** @throws IllegalArgumentException where an id cannot be the name of a directory */
    private static Run newRun(Order order, String executorId) {
        return new Run(
                order.agentId(),
                order.frameworkId(),
                executorId,
                UUID.randomUUID().toString());
    }

    private static TaskKey key(Order order, TaskInfo task) {
        return new TaskKey(order.frameworkId(), task.getTaskId().getValue());
    }

    private void drop(Order order, String message) {
        boolean partitionAware = TaskPolicy.hears(order.framework(), FrameworkInfo.Capability.Type.PARTITION_AWARE);
        drop(
                order,
                new End(
                        partitionAware ? TaskState.TASK_DROPPED : TaskState.TASK_LOST,
                        Reason.REASON_EXECUTOR_TERMINATED,
                        message));
    }

    /** The tasks are not launched, and neither is an executor that the master expects. */
    private void drop(Order order, End end) {
        for (TaskInfo task : order.tasks()) {
            String taskId = task.getTaskId().getValue();
            String executorId =
                    task.hasExecutor() ? task.getExecutor().getExecutorId().getValue() : taskId;
            if (!context.tasks().isRefused(key(order, task))) {
                context.tasks()
                        .refuse(
                                key(order, task),
                                new TaskStatuses(order.agentId(), executorId, taskId, context.time()).end(end, null));
            }
        }
        TaskInfo first = order.tasks().get(0);
        if (first.hasExecutor() && order.launchesExecutor()) {
            context.exits()
                    .ended(
                            order.frameworkId(),
                            first.getExecutor().getExecutorId().getValue(),
                            OptionalInt.of(-1));
        }
    }
}
