package io.stoa.agent.executor;

import static io.stoa.agent.executor.ExecutorFixture.AGENT_INFO;
import static io.stoa.agent.executor.ExecutorFixture.FRAMEWORK;
import static io.stoa.agent.executor.ExecutorFixture.executor;
import static io.stoa.agent.executor.ExecutorFixture.task;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stoa.agent.executor.ExecutorFixture.Stream;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.executor.Protos.Call;
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
        running();
        agent.recover();
        agent.time.advance(2_000);
        assertThat(agent.containerizer.container("e").kills()).isEmpty();
        agent.executors.awaitExecutors();
        agent.time.advance(2_000);
        assertThat(agent.containerizer.container("e").kills()).containsExactly(0L);
    }

    @Test
    void killWaitsUntilItIsBack() throws Exception {
        running();
        agent.restart();
        agent.kill("a");
        assertThat(subscribe().heard()).containsExactly("SUBSCRIBED", "KILL a");
        assertThat(subscribe().heard()).containsExactly("SUBSCRIBED");
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
        Stream stream = running();
        OptionalLong due = agent.time.nextDueMs();
        assertThat(due).isPresent();
        subject().disconnected(stream);
        assertThat(agent.time.nextDueMs()).isEmpty();
        agent.time.advance(1);
        subscribe();
        subscribe();
        agent.time.advance(ExecutorTimeouts.HEARTBEAT_MS - 1);
        assertThat(agent.time.nextDueMs()).hasValue(due.getAsLong() + 1);
    }

    private Stream running() throws Exception {
        agent.run(task("a", CUSTOM), true);
        agent.containerizer.container("e").run();
        Stream stream = subscribe();
        subject()
                .updated(TaskStatus.newBuilder()
                        .setTaskId(TaskID.newBuilder().setValue("a"))
                        .setState(TaskState.TASK_RUNNING)
                        .setUuid(ByteString.copyFromUtf8("0123456789abcdef"))
                        .build());
        agent.heard();
        return stream;
    }

    private CustomExecutor subject() {
        return (CustomExecutor) agent.executors.find(FRAMEWORK, "e").orElseThrow();
    }

    private Stream subscribe() {
        Stream stream = new Stream();
        subject().subscribe(Call.Subscribe.getDefaultInstance(), stream, AGENT_INFO);
        return stream;
    }
}
