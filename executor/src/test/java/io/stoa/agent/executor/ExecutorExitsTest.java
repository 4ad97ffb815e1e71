package io.stoa.agent.executor;

import static io.stoa.agent.executor.ExecutorFixture.executor;
import static io.stoa.agent.executor.ExecutorFixture.task;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the master hears of every end of an executor. */
class ExecutorExitsTest {

    private static final ExecutorInfo CUSTOM = executor("e", ExecutorInfo.Type.CUSTOM);

    @TempDir
    Path directory;

    private ExecutorFixture agent = new ExecutorFixture(Path.of("/nowhere"));

    ExecutorExitsTest() throws Exception {}

    @BeforeEach
    void start() throws Exception {
        agent = new ExecutorFixture(directory);
    }

    @Test
    void endThatTheLinkDidNotTakeIsToldLater() throws Exception {
        running();
        agent.closeLink();
        agent.containerizer.container("e").end(TaskState.TASK_FAILED, "");
        agent.openLink();
        agent.executors.drain();
        assertThat(agent.heard()).containsExactly("e exited -1", "a TASK_FAILED");
        agent.executors.drain();
        assertThat(agent.heard()).isEmpty();
    }

    @Test
    void endThatTheMasterKnowsFromTheReportIsNotTold() throws Exception {
        running();
        agent.closeLink();
        agent.containerizer.container("e").end(TaskState.TASK_FAILED, "");
        assertThat(agent.executors.reportExecutors()).isEmpty();
        agent.openLink();
        agent.executors.registered();
        assertThat(agent.heard()).containsExactly("a TASK_FAILED");
    }

    @Test
    void endDuringTheRegistrationIsTold() throws Exception {
        running();
        agent.closeLink();
        assertThat(agent.executors.reportExecutors()).hasSize(1);
        agent.containerizer.container("e").end(TaskState.TASK_FAILED, "");
        agent.openLink();
        agent.executors.registered();
        assertThat(agent.heard()).containsExactly("e exited -1", "a TASK_FAILED");
    }

    private void running() throws Exception {
        agent.run(task("a", CUSTOM), true);
        agent.containerizer.container("e").run();
    }
}
