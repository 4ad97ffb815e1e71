package io.stoa.agent.executor;

import static io.stoa.agent.executor.ExecutorFixture.FRAMEWORK;
import static io.stoa.agent.executor.ExecutorFixture.executor;
import static io.stoa.agent.executor.ExecutorFixture.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.executor.ExecutorFixture.Stream;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Custom executors whose connection, or agent, was lost. */
class RecoveredExecutorTest {

    private static final ExecutorInfo CUSTOM = executor("e", ExecutorInfo.Type.CUSTOM);

    @TempDir
    Path directory;

    private ExecutorFixture agent = new ExecutorFixture(Path.of("/nowhere"));

    RecoveredExecutorTest() throws Exception {}

    @BeforeEach
    void start() throws Exception {
        agent = new ExecutorFixture(directory);
    }

    @Test
    void oneThatCannotComeBackYetIsNotWaitedFor() throws Exception {
        agent.running(task("a", CUSTOM));
        agent.recover();
        agent.time.advance(2_000);
        assertThat(agent.containerizer.container("e").kills()).isEmpty();
        agent.executors.awaitExecutors();
        agent.time.advance(2_000);
        assertThat(agent.containerizer.container("e").kills()).containsExactly(0L);
    }

    @Test
    void killWaitsUntilItIsBack() throws Exception {
        agent.running(task("a", CUSTOM));
        agent.restart();
        agent.kill("a");
        assertThat(agent.subscribe().heard()).containsExactly("SUBSCRIBED", "KILL a");
        assertThat(agent.subscribe().heard()).containsExactly("SUBSCRIBED");
    }

    @Test
    void runThatIsOverDoesNotHideTheOneThatLives() throws Exception {
        List<ExecutorInfo> infos = IntStream.range(0, 10)
                .mapToObj(i -> executor("e" + i, ExecutorInfo.Type.CUSTOM))
                .toList();
        for (ExecutorInfo info : infos) {
            String id = info.getExecutorId().getValue();
            agent.run(task("old-" + id, info), true);
            agent.containerizer.container(id).run().end(TaskState.TASK_FAILED, "");
            agent.run(task("new-" + id, info), true);
        }
        agent.restart();
        assertThat(infos)
                .allSatisfy(info -> assertThat(agent.executors
                                .find(FRAMEWORK, info.getExecutorId().getValue())
                                .orElseThrow()
                                .isOver())
                        .isFalse());
    }

    @Test
    void heartbeatsEndWithTheirConnection() throws Exception {
        Stream stream = agent.running(task("a", CUSTOM));
        OptionalLong due = agent.time.nextDueMs();
        assertThat(due).isPresent();
        agent.custom().disconnected(stream);
        assertThat(agent.time.nextDueMs()).isEmpty();
        agent.time.advance(1);
        agent.subscribe();
        agent.subscribe();
        agent.time.advance(ExecutorTimeouts.HEARTBEAT_MS - 1);
        assertThat(agent.time.nextDueMs()).hasValue(due.getAsLong() + 1);
    }
}
