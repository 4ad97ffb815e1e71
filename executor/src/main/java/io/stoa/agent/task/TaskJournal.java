package io.stoa.agent.task;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.agent.recovery.Checkpoint;
import io.stoa.agent.recovery.RecoveryErrors;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.agent.sandbox.AgentPaths.Run;
import io.stoa.agent.sandbox.Directories;
import io.stoa.proto.agent.StatusAcknowledgement;
import io.stoa.proto.agent.TaskCheckpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an agent writes down about its tasks, so that the next life of the agent knows them: a file with the task from
 * before its launch until its last update is acknowledged, and a file to which updates and their acknowledgements are
 * appended. It is to survive the process, not the host, whose end is the end of the tasks too: nothing is synced.
 */
public final class TaskJournal {

    private static final Logger LOG = LoggerFactory.getLogger(TaskJournal.class);

    private static final String TASK_FILE = "task.info";
    private static final String UPDATES_FILE = "task.updates";
    /** Names from the frameworks' directory to a task's. */
    private static final int TASK_DEPTH = 7;

    private static final int HEADER_BYTES = 5;
    private static final int UPDATE = 1;
    private static final int ACKNOWLEDGEMENT = 2;

    private final AgentPaths paths;

    TaskJournal(AgentPaths paths) {
        this.paths = paths;
    }

    /**
     * A task that an earlier life of the agent wrote down.
     *
     * @param checkpoint as it was written when the task came
     * @param updates all there were, in order
     * @param acknowledged how many of them, from the first, are acknowledged
     */
    public record Entry(LiveTask task, TaskCheckpoint checkpoint, List<TaskStatus> updates, int acknowledged) {

        public Entry {
            updates = List.copyOf(updates);
        }
    }

    /**
     * Writes down a task that is about to be launched; may run on any thread.
     *
     * @param place what else the next life needs of it; the task itself is filled in
     */
    public void begin(LiveTask task, TaskCheckpoint place) throws IOException {
        TaskCheckpoint checkpoint = place.toBuilder()
                .setFrameworkId(task.key().frameworkId())
                .setFrameworkInfo(task.framework().toByteString())
                .setTaskInfo(task.info().toByteString())
                .build();
        synchronized (this) {
            Directories.writeAtomically(directory(task).resolve(TASK_FILE), checkpoint.toByteArray());
        }
    }

    void updated(LiveTask task, TaskStatus status) {
        append(task, UPDATE, status.toByteString());
    }

    void acknowledged(LiveTask task, ByteString uuid) {
        append(
                task,
                ACKNOWLEDGEMENT,
                StatusAcknowledgement.newBuilder().setUuid(uuid).build().toByteString());
    }

    /** Forgets a task about which nothing is left to tell; may run on any thread. */
    public synchronized void end(LiveTask task) {
        remove(task.run(), directory(task));
    }

    /** Forgets everything about a run of an executor, whose tasks are forgotten; may run on any thread. */
    public synchronized void end(Run run) {
        remove(run, paths.meta(run));
    }

    /** The task's file first: what an agent that is killed meanwhile leaves is a task no more. */
    private void remove(Run run, Path directory) {
        try {
            Files.deleteIfExists(directory.resolve(TASK_FILE));
            Directories.remove(directory);
            Directories.removeEmptyParents(
                    directory.getParent(), paths.metaAgents().resolve(run.agentId()));
        } catch (IOException e) {
            LOG.warn("Cannot remove what was written down container={}: {}", run.containerId(), e.toString());
        }
    }

    /**
     * Everything that an agent wrote down; a record that was cut short by the agent's end is as if never written, and
     * what is left of a task that was not written down in full, or was forgotten, is removed.
     *
     * @param errors is told of what is damaged; where the agent goes on, it is as if never written
     */
    public List<Entry> read(String agentId, RecoveryErrors errors) throws IOException {
        Path frameworks = paths.metaAgents().resolve(agentId).resolve("frameworks");
        List<Entry> entries = new ArrayList<>();
        for (Path directory : Directories.below(frameworks, TASK_DEPTH)) {
            Path file = directory.resolve(TASK_FILE);
            Run run = run(agentId, directory);
            if (Files.notExists(file)) {
                remove(run, directory);
                continue;
            }
            Optional<TaskCheckpoint> task = Checkpoint.read(file, TaskCheckpoint.parser(), directory, errors);
            Optional<Entry> entry = task.isPresent() ? read(run, directory, task.get(), errors) : Optional.empty();
            entry.ifPresentOrElse(entries::add, () -> remove(run, directory));
        }
        return entries;
    }

    /** @param directory FRAMEWORK/executors/EXECUTOR/runs/CONTAINER/tasks/TASK */
    private static Run run(String agentId, Path directory) {
        int names = directory.getNameCount();
        return new Run(
                agentId,
                directory.getName(names - 7).toString(),
                directory.getName(names - 5).toString(),
                directory.getName(names - 3).toString());
    }

    private static Optional<Entry> read(Run run, Path directory, TaskCheckpoint checkpoint, RecoveryErrors errors)
            throws IOException {
        LiveTask live;
        try {
            TaskInfo info = TaskInfo.parseFrom(checkpoint.getTaskInfo());
            live = new LiveTask(
                    new TaskKey(run.frameworkId(), info.getTaskId().getValue()),
                    run,
                    info,
                    FrameworkInfo.parseFrom(checkpoint.getFrameworkInfo()));
        } catch (InvalidProtocolBufferException e) {
            errors.found(directory.resolve(TASK_FILE), String.valueOf(e.getMessage()), directory);
            return Optional.empty();
        }
        Told told = readUpdates(directory.resolve(UPDATES_FILE), errors);
        return Optional.of(new Entry(live, checkpoint, told.updates, told.acknowledged));
    }

    /**
     * Cuts off a record that is not complete, so that the next one is not taken for the rest of it. A record is its
     * kind, 1 byte, the length of its content, 4 bytes with the highest first, and the content.
     */
    private static Told readUpdates(Path file, RecoveryErrors errors) throws IOException {
        Told told = new Told();
        ByteBuffer bytes;
        try {
            bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return told;
        } catch (IOException e) {
            errors.found(file, String.valueOf(e.getMessage()), file);
            return told;
        }
        int sound = 0;
        while (bytes.remaining() >= HEADER_BYTES) {
            int kind = bytes.get();
            int length = bytes.getInt();
            if (length > bytes.remaining()) {
                break;
            }
            Optional<String> damage = told.add(kind, length, bytes);
            if (damage.isPresent()) {
                errors.foundPart(file, "record at byte " + sound + ": " + damage.get());
                break;
            }
            sound = bytes.position();
        }
        if (sound < bytes.limit()) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(sound);
            }
        }
        return told;
    }

    /** What the records of a task's updates say. */
    private static final class Told {

        private final List<TaskStatus> updates = new ArrayList<>();
        /** How many of them, from the first. */
        private int acknowledged;

        /** @return what is wrong with the record */
        Optional<String> add(int kind, int length, ByteBuffer bytes) {
            if (length < 0 || (kind != UPDATE && kind != ACKNOWLEDGEMENT)) {
                return Optional.of("kind " + kind + ", " + length + " bytes (expected: kind 1 or 2, >= 0 bytes)");
            }
            ByteString content = ByteString.copyFrom(bytes, length);
            try {
                if (kind == UPDATE) {
                    updates.add(TaskStatus.parseFrom(content));
                } else {
                    acknowledge(StatusAcknowledgement.parseFrom(content).getUuid());
                }
            } catch (InvalidProtocolBufferException e) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
            return Optional.empty();
        }

        /** A full disk may have kept out the update that this acknowledges, or acknowledgements before it. */
        private void acknowledge(ByteString uuid) {
            for (int i = acknowledged; i < updates.size(); i++) {
                if (updates.get(i).getUuid().equals(uuid)) {
                    acknowledged = i + 1;
                    return;
                }
            }
        }
    }

    private void append(LiveTask task, int kind, ByteString content) {
        byte[] record = ByteBuffer.allocate(HEADER_BYTES + content.size())
                .put((byte) kind)
                .putInt(content.size())
                .put(content.asReadOnlyByteBuffer())
                .array();
        try {
            append(directory(task).resolve(UPDATES_FILE), ByteBuffer.wrap(record));
        } catch (IOException e) {
            // A full disk must not keep updates from being sent; they are only lost to the agent's next life.
            LOG.warn("Cannot write down an update {}: {}", task.key(), e.toString());
        }
    }

    /** All of a record or nothing: what follows half of one would be taken for the rest of it. */
    private static void append(Path file, ByteBuffer record) throws IOException {
        try (SeekableByteChannel channel =
                Files.newByteChannel(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long before = channel.size();
            channel.position(before);
            try {
                while (record.hasRemaining()) {
                    channel.write(record);
                }
            } catch (IOException e) {
                channel.truncate(before);
                throw e;
            }
        }
    }

    private Path directory(LiveTask task) {
        return paths.meta(task.run()).resolve("tasks").resolve(task.key().taskId());
    }
}
