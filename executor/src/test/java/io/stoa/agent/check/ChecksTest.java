package io.stoa.agent.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.LogLines;
import io.stoa.agent.container.WaitStatus;
import java.io.IOException;
import org.apache.mesos.v1.Protos.CheckInfo;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.HealthCheck;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.junit.jupiter.api.Test;

class ChecksTest {

    private static final CommandInfo COMMAND =
            CommandInfo.newBuilder().setValue("check").build();

    @Test
    void firstAttemptComesAfterTheDelayAndTheNextAnIntervalAfterItsEnd() {
        try (CheckedTask task = healthChecked(3, 0).start()) {
            task.time.advance(4_999);
            assertThat(task.commands).isEmpty();
            task.time.advance(1);
            assertThat(task.commands).hasSize(1);
            task.time.advance(5_000);
            task.exit(0);
            task.time.advance(9_999);
            assertThat(task.commands).hasSize(1);
            task.time.advance(1);
            assertThat(task.commands).hasSize(2);
        }
    }

    @Test
    void healthyIsToldOnceAndAgainAfterFailures() {
        try (CheckedTask task = begun(healthChecked(9, 0))) {
            task.exits(10_000, 0, 0, 0, 1, 1, 0, 0);
            assertThat(task.heard).containsExactly("healthy", "unhealthy", "unhealthy", "healthy");
        }
    }

    @Test
    void asManyFailuresInARowAsAreAllowedAreBeyondHope() {
        try (CheckedTask task = begun(healthChecked(3, 0))) {
            task.exits(10_000, 1, 1, 0, 1, 1, 1);
            assertThat(task.heard)
                    .containsExactly(
                            "unhealthy", "unhealthy", "healthy", "unhealthy", "unhealthy", "unhealthy", "hopeless");
            int begun = task.commands.size();
            task.time.advance(60_000);
            assertThat(task.commands).hasSize(begun);
        }
    }

    @Test
    void failuresInTheGracePeriodAreNoneUnlessTheTaskWasHealthy() {
        try (CheckedTask task = begun(healthChecked(2, 16))) {
            task.exits(10_000, 1, 1);
            assertThat(task.heard).isEmpty();
            task.exits(10_000, 1, 1);
            assertThat(task.heard).containsExactly("unhealthy", "unhealthy", "hopeless");
        }
        try (CheckedTask task = begun(healthChecked(2, 60))) {
            task.exits(10_000, 1, 0, 1);
            assertThat(task.heard).containsExactly("healthy", "unhealthy");
        }
    }

    @Test
    void attemptThatTakesTooLongIsBrokenOffAndHasFailed() {
        try (CheckedTask task = begun(healthChecked(9, 0))) {
            task.time.advance(2_999 + 4_000);
            assertThat(task.heard).isEmpty();
            task.time.advance(1_001);
            assertThat(task.heard).containsExactly("unhealthy");
            assertThat(task.commands.get(0)).isCancelled();
            task.time.advance(10_000);
            assertThat(task.commands).hasSize(2);
        }
    }

    @Test
    void timeThatACommandWaitsBeforeItBeginsSaysNothingOfTheTask() {
        try (CheckedTask task = healthChecked(9, 0)) {
            task.beBusy();
            begun(task);
            task.time.advance(60_000);
            assertThat(task.commands).as("it keeps its place").hasSize(1);
            assertThat(task.commands.get(0)).isNotDone();
            task.begin();
            task.time.advance(7_999);
            assertThat(task.heard).isEmpty();
            task.time.advance(1);
            assertThat(task.heard).containsExactly("unhealthy");
        }
    }

    @Test
    void changesAreLoggedAndNotEveryFailure() {
        try (LogLines log = new LogLines("io.stoa.agent.check");
                CheckedTask task = begun(healthChecked(3, 0))) {
            task.exits(10_000, 0, 1, 2, 0, 0, 1, 1, 1);
            assertThat(log.lines())
                    .containsExactly(
                            "Healthy task=t failures=0",
                            "Not healthy task=t: Command exited with status 1",
                            "Healthy task=t failures=2",
                            "Not healthy task=t: Command exited with status 1",
                            "Not healthy, so to be killed task=t failures=3: Command exited with status 1");
        }
    }

    @Test
    void commandEndedByASignalHasFailed() {
        try (CheckedTask task = begun(healthChecked(9, 0))) {
            task.commands.get(0).complete(new WaitStatus(15));
            assertThat(task.heard).containsExactly("unhealthy");
        }
    }

    @Test
    void commandThatCannotBeRunSaysNothingOfTheTask() {
        try (CheckedTask task = begun(healthChecked(1, 0))) {
            task.commands.get(0).completeExceptionally(new IOException("the engine is away"));
            assertThat(task.heard).isEmpty();
            task.time.advance(10_000);
            task.exit(0);
            assertThat(task.heard).containsExactly("healthy");
        }
    }

    @Test
    void whatIsStoppedTellsNothingAndBreaksOffWhatIsUnderWay() {
        try (CheckedTask task = begun(healthChecked(1, 0))) {
            task.stop();
            assertThat(task.commands.get(0)).isCancelled();
            task.time.advance(60_000);
            assertThat(task.commands).hasSize(1);
            assertThat(task.heard).isEmpty();
        }
    }

    @Test
    void checkTellsWhatHasChangedAndNeverJudges() {
        try (CheckedTask task = begun(checked())) {
            task.exits(10_000, 0, 0, 1, 1, 0);
            assertThat(task.heard).containsExactly("exit 0", "exit 1", "exit 0");
            task.time.advance(8_000);
            assertThat(task.heard).endsWith("no result");
        }
    }

    @Test
    void checkThatFailsAtFirstHasNothingToTell() {
        try (CheckedTask task = begun(checked())) {
            task.time.advance(8_000);
            assertThat(task.commands.get(0)).isCancelled();
            assertThat(task.heard).isEmpty();
        }
    }

    @Test
    void nextLifeOfTheAgentGoesOnWhereTheLastOneWas() {
        try (CheckedTask task = begun(healthChecked(3, 30))) {
            task.exits(10_000, 0, 1);
            task.restart();
            task.time.advance(0);
            assertThat(task.commands).as("no second delay").hasSize(1);
            task.exits(10_000, 1, 1);
            assertThat(task.heard).containsExactly("unhealthy", "unhealthy", "hopeless");
            task.restart();
            assertThat(task.heard).as("the kill may not have been done").containsExactly("hopeless");
            task.time.advance(60_000);
            assertThat(task.commands).isEmpty();
        }
        try (CheckedTask task = begun(checked())) {
            task.exits(10_000, 1);
            task.restart();
            task.time.advance(0);
            task.exits(10_000, 1, 2);
            assertThat(task.heard).containsExactly("exit 2");
        }
    }

    @Test
    void restartDoesNotBeginTheGracePeriodAnew() {
        try (CheckedTask task = begun(healthChecked(3, 16))) {
            task.time.advance(10_000);
            task.restart();
            task.time.advance(1_001);
            task.exit(1);
            assertThat(task.heard).containsExactly("unhealthy");
        }
    }

    @Test
    void noTaskIsCheckedMoreThanTenTimesASecond() {
        try (CheckedTask task = new CheckedTask(TaskInfo.newBuilder()
                        .setCheck(CheckInfo.newBuilder()
                                .setType(CheckInfo.Type.COMMAND)
                                .setCommand(CheckInfo.Command.newBuilder().setCommand(COMMAND))
                                .setDelaySeconds(0)
                                .setIntervalSeconds(0)))
                .start()) {
            task.time.advance(0);
            task.exit(0);
            task.time.advance(99);
            assertThat(task.commands).hasSize(1);
            task.time.advance(1);
            assertThat(task.commands).hasSize(2);
        }
    }

    /** Delay 5 s, interval 10 s, timeout 8 s. */
    private static CheckedTask healthChecked(int consecutiveFailures, double graceSeconds) {
        return new CheckedTask(TaskInfo.newBuilder()
                .setHealthCheck(HealthCheck.newBuilder()
                        .setType(HealthCheck.Type.COMMAND)
                        .setCommand(COMMAND)
                        .setDelaySeconds(5)
                        .setTimeoutSeconds(8)
                        .setGracePeriodSeconds(graceSeconds)
                        .setConsecutiveFailures(consecutiveFailures)));
    }

    private static CheckedTask checked() {
        return new CheckedTask(TaskInfo.newBuilder()
                .setCheck(CheckInfo.newBuilder()
                        .setType(CheckInfo.Type.COMMAND)
                        .setCommand(CheckInfo.Command.newBuilder().setCommand(COMMAND))
                        .setDelaySeconds(5)
                        .setTimeoutSeconds(8)));
    }

    /** Its first attempt is under way. */
    private static CheckedTask begun(CheckedTask task) {
        task.start();
        task.time.advance(5_000);
        return task;
    }
}
