package io.stoa.agent.executor;

import static io.stoa.agent.executor.ExecutorFixture.AGENT;
import static io.stoa.agent.executor.ExecutorFixture.executor;
import static io.stoa.agent.executor.ExecutorFixture.framework;
import static io.stoa.agent.executor.ExecutorFixture.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.sandbox.AgentPaths.Run;
import io.stoa.agent.task.TaskView;
import io.stoa.state.resources.Resources;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutorViewTest {

    private static final ExecutorInfo POD = executor("pod", ExecutorInfo.Type.DEFAULT).toBuilder()
            .addAllResources(Resources.parse("cpus:0.5").toProto())
            .build();
    private static final ExecutorInfo CUSTOM = executor("custom", ExecutorInfo.Type.CUSTOM);

    @TempDir
    Path directory;

    private ExecutorFixture agent = new ExecutorFixture(Path.of("/nowhere"));

    ExecutorViewTest() throws Exception {}

    @BeforeEach
    void start() throws Exception {
        agent = new ExecutorFixture(directory);
    }

    @Test
    void podIsOneExecutorWithItsTasks() throws Exception {
        agent.runGroup(true, withCpus(task("a", POD)), withCpus(task("b", POD)));
        agent.heard();
        agent.containerizer.container("a").end(TaskState.TASK_FINISHED, "Command exited with status 0");
        agent.heard();
        assertThat(agent.executors.views()).singleElement().satisfies(pod -> {
            assertThat(pod.info()).isEqualTo(POD);
            assertThat(pod.ofCommand()).isFalse();
            assertThat(pod.isCompleted()).isFalse();
            assertThat(pod.idInTasks()).contains("pod");
            assertThat(pod.tasks())
                    .extracting(TaskView::state)
                    .containsExactly(TaskState.TASK_FINISHED, TaskState.TASK_STARTING);
            // Its own, and those of the task that is left.
            assertThat(Resources.of(pod.resources())).isEqualTo(Resources.parse("cpus:1.5"));
        });
    }

    @Test
    void executorThatHasEndedIsRememberedWithItsTasks() throws Exception {
        agent.runGroup(true, task("a", POD));
        agent.heard();
        agent.containerizer.container("a").end(TaskState.TASK_FINISHED, "Command exited with status 0");
        // Nothing runs any more, though not all is acknowledged.
        assertThat(agent.executors.views()).singleElement().matches(ExecutorView::isCompleted);
        agent.heard();
        assertThat(agent.executors.views()).singleElement().satisfies(pod -> {
            assertThat(pod.isCompleted()).isTrue();
            assertThat(pod.tasks()).extracting(TaskView::state).containsExactly(TaskState.TASK_FINISHED);
            assertThat(Resources.of(pod.resources())).isEqualTo(Resources.parse("cpus:0.5"));
        });
    }

    @Test
    void everyRunOfAnExecutorIsAnExecutor() throws Exception {
        for (int run = 0; run < 2; run++) {
            agent.run(task("t" + run, CUSTOM), true);
            agent.containerizer.container("custom").end(new End(TaskState.TASK_FAILED, null, ""));
            agent.heard();
        }
        agent.run(task("now", CUSTOM), true);
        agent.run(commandTask("alone"), false);
        List<ExecutorView> views = agent.executors.views();
        assertThat(views).extracting(ExecutorView::isCompleted).containsExactly(true, true, false, false);
        assertThat(views).extracting(ExecutorView::ofCommand).containsExactly(false, false, false, true);
        assertThat(views).extracting(view -> view.run().containerId()).doesNotHaveDuplicates();
        assertThat(agent.executors.view())
                .extracting(view -> view.task().getTaskId().getValue())
                .containsExactly("t0", "t1", "now", "alone");
    }

    @Test
    void onlyTheLastAreRemembered() {
        ExecutorHistory history = new ExecutorHistory(2, framework -> false);
        IntStream.range(0, 201).forEach(i -> history.ended(ended("f", "e", "t" + i)));
        assertThat(history.tasks("e"))
                .hasSize(200)
                .first()
                .matches(view -> view.task().getTaskId().getValue().equals("t1"));
        for (String id : List.of("e", "e1", "e2")) {
            history.ended(ExecutorView.of(ended("f", id, id)));
        }
        assertThat(history.tasks("e")).isEmpty();
        assertThat(history.executors())
                .extracting(view -> view.run().executorId())
                .containsExactly("e1", "e2");
        IntStream.range(0, 50).forEach(i -> history.ended(ExecutorView.of(ended("f" + i, "e" + i, "t"))));
        assertThat(history.executors())
                .hasSize(50)
                .noneMatch(view -> view.run().frameworkId().equals("f"));
    }

    private static TaskView ended(String framework, String executor, String task) {
        return new TaskView(
                new Run(AGENT, framework, executor, executor), framework().build(), commandTask(task), List.of());
    }

    private static TaskInfo commandTask(String id) {
        return task(id, CUSTOM).toBuilder()
                .clearExecutor()
                .setCommand(CommandInfo.newBuilder().setValue("true"))
                .build();
    }

    private static TaskInfo withCpus(TaskInfo task) {
        return task.toBuilder()
                .addAllResources(Resources.parse("cpus:1").toProto())
                .build();
    }
}
