package io.stoa.agent.executor;

import static io.stoa.agent.executor.ExecutorFixture.executor;
import static io.stoa.agent.executor.ExecutorFixture.task;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Launches that the agent does not take. */
class RefusedTaskTest {

    private static final ExecutorInfo CUSTOM = executor("e", ExecutorInfo.Type.CUSTOM);

    @TempDir
    Path directory;

    private ExecutorFixture agent = new ExecutorFixture(Path.of("/nowhere"));

    RefusedTaskTest() throws Exception {}

    @BeforeEach
    void start() throws Exception {
        agent = new ExecutorFixture(directory);
    }

    @Test
    void taskThatWasRefusedIsNotLaunchedWhenTheMasterRepeatsItself() throws Exception {
        agent.run(task("a", CUSTOM), false);
        agent.run(task("a", CUSTOM), true);
        assertThat(agent.heard()).containsExactly("a TASK_LOST", "e exited -1");
        assertThat(agent.containerizer.launched()).isZero();
        agent.runGroup(true, task("a", CUSTOM), task("b", CUSTOM));
        assertThat(agent.containerizer.launched()).isEqualTo(1);
    }

    @Test
    void groupWithATaskThatWasRefusedIsNotLaunched() throws Exception {
        agent.run(task("a", CUSTOM), false);
        agent.runGroup(false, task("a", CUSTOM), task("b", CUSTOM));
        assertThat(agent.last().getMessage()).isEqualTo("Refused before");
        assertThat(agent.heard()).containsExactly("a TASK_LOST", "b TASK_LOST");
    }
}
