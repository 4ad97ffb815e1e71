package io.stoa.agent.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.stoa.agent.recovery.FaultPoints;
import io.stoa.agent.recovery.FaultyFiles;
import io.stoa.agent.recovery.RecoveryErrors;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.agent.sandbox.AgentPaths.Run;
import io.stoa.agent.sandbox.Directories;
import io.stoa.proto.agent.TaskCheckpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of files that are as a killed agent, a host without power or a bad disk left them. */
class TaskJournalTest {

    @TempDir
    Path directory;

    private final LiveTask live = new LiveTask(
            new TaskKey("f", "t"),
            new Run("a", "f", "t", "c"),
            TaskInfo.newBuilder()
                    .setName("t")
                    .setTaskId(TaskID.newBuilder().setValue("t"))
                    .setAgentId(AgentID.newBuilder().setValue("a"))
                    .build(),
            FrameworkInfo.newBuilder().setUser("").setName("f").build());
    private RecoveryErrors lenient;
    private Path damaged;
    private TaskJournal journal;
    private Path task;
    private Path updates;

    @BeforeEach
    void write() throws IOException {
        AgentPaths paths = new AgentPaths(directory.resolve("work"), directory.resolve("run"));
        journal = new TaskJournal(paths);
        lenient = RecoveryErrors.lenient(paths);
        damaged = paths.damaged().resolve(paths.metaDir().relativize(paths.meta(live.run())));
        task = paths.meta(live.run()).resolve("tasks/t/task.info");
        updates = task.resolveSibling("task.updates");
        journal.begin(live, TaskCheckpoint.getDefaultInstance());
        journal.updated(live, status(TaskState.TASK_STARTING));
        journal.acknowledged(live, uuid(TaskState.TASK_STARTING));
        journal.updated(live, status(TaskState.TASK_RUNNING));
    }

    @Test
    void whatWasWrittenIsRead() throws Exception {
        TaskJournal.Entry entry = onlyEntry(RecoveryErrors.strict());
        assertThat(entry.task().info().getName()).isEqualTo("t");
        assertThat(entry.updates())
                .extracting(TaskStatus::getState)
                .containsExactly(TaskState.TASK_STARTING, TaskState.TASK_RUNNING);
        assertThat(entry.acknowledged()).isEqualTo(1);
    }

    @Test
    void whereverTheLastRecordWasCutOffTheOthersAreThere() throws Exception {
        byte[] whole = Files.readAllBytes(updates);
        int sound = whole.length - 5 - status(TaskState.TASK_RUNNING).getSerializedSize();
        for (int length = sound; length < whole.length; length++) {
            Files.write(updates, Arrays.copyOf(whole, length));
            assertThat(onlyEntry(RecoveryErrors.strict()).updates())
                    .extracting(TaskStatus::getState)
                    .containsExactly(TaskState.TASK_STARTING);
            journal.updated(live, status(TaskState.TASK_FAILED));
            assertThat(onlyEntry(RecoveryErrors.strict()).updates())
                    .extracting(TaskStatus::getState)
                    .containsExactly(TaskState.TASK_STARTING, TaskState.TASK_FAILED);
        }
    }

    @Test
    void whateverAFullDiskKeepsOutTheLastUpdateIsStillToBeTold() throws Exception {
        byte[] before = Files.readAllBytes(updates);
        boolean passedAll = false;
        for (int at = 0; !passedAll; at++) {
            Files.write(updates, before);
            FaultPoints faults = FaultPoints.ofFullDisk(at);
            TaskJournal onFullDisk = new TaskJournal(
                    new AgentPaths(FaultyFiles.of(directory.resolve("work"), faults), directory.resolve("run")));
            onFullDisk.updated(live, status(TaskState.TASK_KILLING));
            onFullDisk.acknowledged(live, uuid(TaskState.TASK_RUNNING));
            onFullDisk.acknowledged(live, uuid(TaskState.TASK_KILLING));
            onFullDisk.updated(live, status(TaskState.TASK_KILLED));
            // Where it was this one that the disk did not take, it takes it now.
            onFullDisk.updated(live, status(TaskState.TASK_KILLED));
            TaskJournal.Entry entry = onlyEntry(RecoveryErrors.strict());
            assertThat(entry.updates()
                            .subList(entry.acknowledged(), entry.updates().size()))
                    .extracting(TaskStatus::getState)
                    .as("full at %d", at)
                    .contains(TaskState.TASK_KILLED)
                    .doesNotContain(TaskState.TASK_STARTING, TaskState.TASK_RUNNING);
            passedAll = faults.passed() <= at;
        }
    }

    @Test
    void damageInTheUpdatesEndsAStrictAgentAndLeavesOthersWhatIsBeforeIt() throws Exception {
        byte[] unknownKind = {9, 0, 0, 0, 0};
        byte[] negativeLength = {1, -1, 0, 0, 0};
        byte[] noStatus = {1, 0, 0, 0, 2, 1, 2};
        byte[] whole = Files.readAllBytes(updates);
        for (byte[] damage : List.of(unknownKind, negativeLength, noStatus)) {
            Files.write(
                    updates,
                    ByteBuffer.allocate(whole.length + damage.length)
                            .put(whole)
                            .put(damage)
                            .array());
            assertThatThrownBy(() -> journal.read("a", RecoveryErrors.strict()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("record at byte " + whole.length);
            assertThat(onlyEntry(lenient).updates()).hasSize(2);
            assertThat(onlyEntry(RecoveryErrors.strict()).updates()).hasSize(2);
        }
        assertThat(damaged.resolve("tasks/t/task.updates")).hasSize(whole.length + unknownKind.length);
        assertThat(damaged.resolve("tasks/t/task.updates.3")).hasSize(whole.length + noStatus.length);
        assertThat(lenient.count()).isEqualTo(3);
        assertThat(Files.size(updates)).isEqualTo(whole.length);
    }

    @Test
    void aTaskThatCannotBeReadEndsAStrictAgentAndIsSetAsideByOthers() throws Exception {
        byte[] noTask = TaskCheckpoint.newBuilder()
                .setTaskInfo(ByteString.copyFrom(new byte[] {1, 2, 3}))
                .build()
                .toByteArray();
        for (byte[] damage : List.of(new byte[] {1, 2, 3}, noTask)) {
            write();
            Files.write(task, damage);
            assertThatThrownBy(() -> journal.read("a", RecoveryErrors.strict()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("task.info")
                    .hasMessageNotContaining("..");
            assertThat(journal.read("a", lenient)).isEmpty();
            assertThat(lenient.count()).isEqualTo(1);
            assertThat(damaged.resolve("tasks/t/task.info")).hasBinaryContent(damage);
            assertThat(damaged.resolve("tasks/t/task.updates")).isNotEmptyFile();
            assertThat(journal.read("a", RecoveryErrors.strict())).isEmpty();
            Directories.remove(damaged);
        }
        assertThat(task.resolve("../..").normalize()).doesNotExist();
    }

    /** A directory in its place fails as a bad sector does. */
    @Test
    void updatesThatTheDiskRefusesEndAStrictAgentAndAreSetAsideByOthers() throws Exception {
        Files.delete(updates);
        Files.createDirectory(updates);
        assertThatThrownBy(() -> journal.read("a", RecoveryErrors.strict()))
                .isInstanceOf(IOException.class)
                .hasMessage("Failed to recover " + updates + ": Is a directory. With --strict=false the agent goes on"
                        + " without what cannot be read");
        assertThat(onlyEntry(lenient).updates()).isEmpty();
        assertThat(lenient.count()).isEqualTo(1);
        assertThat(damaged.resolve("tasks/t/task.updates")).isDirectory();
        assertThat(onlyEntry(RecoveryErrors.strict()).updates()).isEmpty();
    }

    @Test
    void aTaskThatTheDiskRefusesEndsAStrictAgentAndIsSetAsideByOthers() throws Exception {
        Files.delete(task);
        Files.createDirectory(task);
        assertThatThrownBy(() -> journal.read("a", RecoveryErrors.strict()))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("Failed to recover " + task + ": Is a directory. With --strict=false");
        assertThat(journal.read("a", lenient)).isEmpty();
        assertThat(damaged.resolve("tasks/t/task.info")).isDirectory();
        assertThat(journal.read("a", RecoveryErrors.strict())).isEmpty();
    }

    @Test
    void aTaskWhoseFileAPowerCutLeftEmptyIsNoDamage() throws Exception {
        Files.write(task, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(journal.read("a", RecoveryErrors.strict())).isEmpty();
    }

    private TaskJournal.Entry onlyEntry(RecoveryErrors errors) throws IOException {
        List<TaskJournal.Entry> entries = journal.read("a", errors);
        assertThat(entries).hasSize(1);
        return entries.get(0);
    }

    private static TaskStatus status(TaskState state) {
        return TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue("t"))
                .setState(state)
                .setUuid(uuid(state))
                .build();
    }

    private static ByteString uuid(TaskState state) {
        return ByteString.copyFromUtf8(state.name());
    }
}
