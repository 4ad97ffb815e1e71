package io.stoa.agent.executor;

import static io.stoa.agent.executor.ExecutorFixture.AGENT_INFO;

import com.google.protobuf.ByteString;
import io.stoa.agent.recovery.FaultPoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.executor.Protos.Call;
import org.apache.mesos.v1.executor.Protos.Event;

/** A custom executor as Mesos' libraries make them: what is not acknowledged is said again when it subscribes. */
final class FakeProgram {

    private final Set<String> started = new LinkedHashSet<>();
    private final Map<String, TaskInfo> unacknowledgedTasks = new LinkedHashMap<>();
    private final Map<ByteString, TaskStatus> unacknowledgedUpdates = new LinkedHashMap<>();
    private final Deque<TaskStatus> toSay = new ArrayDeque<>();
    private boolean subscribed;
    private boolean shutDown;

    /** The agent is gone. */
    void disconnected() {
        subscribed = false;
        toSay.clear();
    }

    boolean isShutDown() {
        return shutDown;
    }

    boolean hasStarted(String taskId) {
        return started.contains(taskId);
    }

    void finish(String taskId) {
        say(taskId, TaskState.TASK_FINISHED);
    }

    private void say(String taskId, TaskState state) {
        TaskStatus status = TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(taskId))
                .setState(state)
                .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
                .setUuid(ByteString.copyFromUtf8(UUID.randomUUID().toString()))
                .build();
        unacknowledgedUpdates.put(status.getUuid(), status);
        toSay.add(status);
    }

    /** @return false where it has nothing to do */
    boolean goOn(CustomExecutor executor, FaultPoints faults) {
        if (!subscribed) {
            subscribed = true;
            Call.Subscribe.Builder subscribe =
                    Call.Subscribe.newBuilder().addAllUnacknowledgedTasks(unacknowledgedTasks.values());
            unacknowledgedUpdates
                    .values()
                    .forEach(status ->
                            subscribe.addUnacknowledgedUpdatesBuilder().setStatus(status));
            executor.subscribe(subscribe.build(), stream(faults), AGENT_INFO);
            return true;
        }
        TaskStatus status = toSay.poll();
        if (status == null) {
            return false;
        }
        executor.updated(status);
        return true;
    }

    private ExecutorStream stream(FaultPoints faults) {
        return new ExecutorStream() {
            @Override
            public void send(Event event) {
                try {
                    faults.pass(
                            () -> {
                                hear(event);
                                return true;
                            },
                            () -> false);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public void end() {
                // It is told by SHUTDOWN.
            }
        };
    }

    private void hear(Event event) {
        switch (event.getType()) {
            case LAUNCH -> {
                TaskInfo task = event.getLaunch().getTask();
                String id = task.getTaskId().getValue();
                if (!started.add(id)) {
                    throw new AssertionError("launched twice: " + id);
                }
                unacknowledgedTasks.put(id, task);
                say(id, TaskState.TASK_RUNNING);
            }
            case KILL -> say(event.getKill().getTaskId().getValue(), TaskState.TASK_KILLED);
            case ACKNOWLEDGED -> {
                unacknowledgedTasks.remove(event.getAcknowledged().getTaskId().getValue());
                unacknowledgedUpdates.remove(event.getAcknowledged().getUuid());
            }
            case SHUTDOWN -> shutDown = true;
            default -> {
                // Nothing to be done about it.
            }
        }
    }
}
