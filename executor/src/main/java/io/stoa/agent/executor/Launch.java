package io.stoa.agent.executor;

import io.stoa.agent.task.LiveTask;
import java.util.List;

/**
 * Tasks that came to an executor together.
 *
 * @param group whether they are a task group, which is delivered as a whole; else it is one task
 */
record Launch(List<LiveTask> tasks, boolean group) {

    Launch {
        tasks = List.copyOf(tasks);
    }
}
