package io.stoa.agent.executor;

import static io.stoa.agent.executor.ExecutorFixture.AGENT;
import static io.stoa.agent.executor.ExecutorFixture.FRAMEWORK;
import static io.stoa.agent.executor.ExecutorFixture.executor;
import static io.stoa.agent.executor.ExecutorFixture.framework;
import static io.stoa.agent.executor.ExecutorFixture.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.executor.ExecutorJournal.Entry;
import io.stoa.agent.recovery.RecoveryErrors;
import io.stoa.agent.sandbox.AgentPaths.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutorJournalTest {

    @TempDir
    Path directory;

    @Test
    void runsAreReadInTheOrderInWhichTheyBegan() throws Exception {
        ExecutorFixture agent = new ExecutorFixture(directory);
        ExecutorJournal journal = new ExecutorJournal(
                agent.paths, agent.executors.context().tasks().journal());
        List<String> containers = List.of("c3", "c1", "c5", "c0", "c2", "c6", "c4");
        for (String container : containers) {
            Run run = new Run(AGENT, FRAMEWORK, "e", container);
            journal.begin(new Entry(
                    run, executor("e", ExecutorInfo.Type.CUSTOM), framework().build()));
            Files.setLastModifiedTime(
                    agent.paths.meta(run).resolve("executor.info"),
                    FileTime.fromMillis(1_000_000L + containers.indexOf(container)));
        }
        assertThat(journal.read(AGENT, RecoveryErrors.strict()))
                .extracting(entry -> entry.run().containerId())
                .containsExactlyElementsOf(containers);
    }

    /** Its tasks would be taken for such as run by themselves. */
    @Test
    void anExecutorThatCannotBeReadIsSetAsideWithItsTasks() throws Exception {
        ExecutorFixture agent = new ExecutorFixture(directory);
        agent.run(task("t", executor("e", ExecutorInfo.Type.CUSTOM)), true);
        Run run = agent.executors.views().get(0).run();
        Files.write(agent.paths.meta(run).resolve("executor.info"), new byte[] {1, 2, 3});

        RecoveryErrors errors = RecoveryErrors.lenient(agent.paths);
        agent.recover(errors);
        assertThat(agent.executors.views()).isEmpty();
        assertThat(errors.count()).isEqualTo(1);
        Path aside = agent.paths.damaged().resolve(agent.paths.metaDir().relativize(agent.paths.meta(run)));
        assertThat(aside.resolve("executor.info")).hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(aside.resolve("tasks/t/task.info")).isNotEmptyFile();

        agent.recover();
        assertThat(agent.executors.views()).isEmpty();
    }
}
