package io.stoa.master.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.Executor;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.transaction.StateChange;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TaskLaunchesTest {

    private static final FrameworkId FRAMEWORK = new FrameworkId("f");
    private static final AgentId AGENT = new AgentId("S0");
    private static final ExecutorInfo POD = ExecutorInfo.newBuilder()
            .setExecutorId(ExecutorID.newBuilder().setValue("pod"))
            .build();

    private final List<String> launched = new ArrayList<>();

    @Test
    void tasksOfAGroupLeaveTogether() {
        launch(
                claimed(),
                task("a").inGroup("a"),
                task("b").inGroup("a"),
                task("c").inGroup("c"),
                task("d"));
        assertThat(launched).containsExactly("a+b starts pod", "c", "d");
    }

    @Test
    void onlyTheFirstTaskStartsTheExecutor() {
        launch(claimed(), task("a"), task("b"));
        assertThat(launched).containsExactly("a starts pod", "b");
    }

    @Test
    void executorThatRunsIsNotStarted() {
        launch(null, task("a"));
        assertThat(launched).containsExactly("a");
    }

    private void launch(@Nullable StateChange first, Task... tasks) {
        TaskLaunches launches = new TaskLaunches(launch -> launched.add(
                launch.tasks().stream().map(task -> task.key().taskId()).collect(Collectors.joining("+"))
                        + (launch.launchesExecutor() ? " starts pod" : "")));
        if (first != null) {
            launches.add(first);
        }
        for (Task task : tasks) {
            launches.add(new StateChange.TaskClaimed(task));
        }
        launches.finish();
    }

    private static StateChange claimed() {
        return new StateChange.ExecutorClaimed(Executor.claimed(FRAMEWORK, AGENT, "*", POD));
    }

    private static Task task(String id) {
        return Task.claimed(
                FRAMEWORK,
                AGENT,
                "*",
                TaskInfo.newBuilder()
                        .setName(id)
                        .setTaskId(TaskID.newBuilder().setValue(id))
                        .setExecutor(POD)
                        .buildPartial());
    }
}
