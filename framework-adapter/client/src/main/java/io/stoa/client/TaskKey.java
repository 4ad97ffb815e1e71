package io.stoa.client;

import io.stoa.proto.v1.Task;
import io.stoa.proto.v1.TaskName;

/** Names a task in the whole cluster. */
public record TaskKey(String schedulerId, String taskId) {

    static TaskKey of(Task task) {
        return new TaskKey(task.getSchedulerId(), task.getTaskId());
    }

    static TaskKey of(TaskName name) {
        return new TaskKey(name.getSchedulerId(), name.getTaskId());
    }
}
