package io.stoa.rpc.entity;

import io.stoa.proto.v1.Task;
import io.stoa.proto.v1.TaskMoved;
import io.stoa.proto.v1.TaskName;
import io.stoa.proto.v1.View;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.StoredStatus;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.StateChange;

/** Tasks as messages. */
public final class TaskMessages {

    private TaskMessages() {}

    public static Task of(io.stoa.state.model.Task task, View view) {
        return view == View.FULL ? full(task) : basic(task);
    }

    /** Without what is said to be of the full view only. */
    public static Task basic(io.stoa.state.model.Task task) {
        return basics(task).build();
    }

    public static Task full(io.stoa.state.model.Task task) {
        return basics(task).setInfo(task.info()).addAllStatuses(task.statuses()).build();
    }

    private static Task.Builder basics(io.stoa.state.model.Task task) {
        Task.Builder message = Task.newBuilder()
                .setSchedulerId(task.key().frameworkId().value())
                .setTaskId(task.key().taskId())
                .setName(task.spec().name())
                .setAgentId(task.agentId().value())
                .setRole(task.role())
                .setState(task.state())
                .addAllResources(task.resources().toProto());
        task.spec().labels().ifPresent(message::setLabels);
        task.executorId().ifPresent(message::setExecutorId);
        task.group().ifPresent(message::setGroup);
        task.latestStatus().ifPresent(message::setStatus);
        task.kill().ifPresent(how -> message.setToBeKilled(true));
        return message;
    }

    public static TaskName name(TaskKey key) {
        return TaskName.newBuilder()
                .setSchedulerId(key.frameworkId().value())
                .setTaskId(key.taskId())
                .build();
    }

    public static TaskKey key(TaskName name) {
        return new TaskKey(new FrameworkId(name.getSchedulerId()), name.getTaskId());
    }

    /** A task that is to be killed from now on, and is otherwise as it was. */
    public static TaskMoved moved(StateChange.TaskKillAsked asked) {
        return TaskMoved.newBuilder()
                .setTask(name(asked.task().key()))
                .setState(asked.task().state())
                .setToBeKilled(true)
                .build();
    }

    /** How a task moved; with a status where it moved since one came. */
    public static TaskMoved moved(StateChange.TaskMoved moved) {
        TaskMoved.Builder message =
                TaskMoved.newBuilder().setTask(name(moved.task().key())).setState(moved.state());
        if (moved instanceof StateChange.TaskStatusChanged changed) {
            message.setStatus(StoredStatus.of(changed.status()));
        }
        return message.build();
    }
}
