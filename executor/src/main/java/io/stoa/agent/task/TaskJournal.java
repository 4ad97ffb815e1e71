package io.stoa.agent.task;

import com.google.protobuf.ByteString;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.agent.sandbox.AgentPaths.Run;
import io.stoa.agent.sandbox.Directories;
import io.stoa.proto.agent.StatusAcknowledgement;
import io.stoa.proto.agent.TaskCheckpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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

    private void remove(Run run, Path directory) {
        try {
            Directories.remove(directory);
            Directories.removeEmptyParents(
                    directory.getParent(), paths.metaAgents().resolve(run.agentId()));
        } catch (IOException e) {
            LOG.warn("Cannot remove what was written down container={}: {}", run.containerId(), e.toString());
        }
    }

    /** Everything that an agent wrote down; a record that was cut short by the agent's end is as if never written. */
    public List<Entry> read(String agentId) throws IOException {
        Path frameworks = paths.metaAgents().resolve(agentId).resolve("frameworks");
        if (Files.notExists(frameworks)) {
            return List.of();
        }
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.find(frameworks, 8, (file, attributes) -> file.endsWith(TASK_FILE))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                entries.add(read(agentId, file));
            }
        }
        return entries;
    }

    /** @param file FRAMEWORK/executors/EXECUTOR/runs/CONTAINER/tasks/TASK/task.info */
    private static Entry read(String agentId, Path file) throws IOException {
        int names = file.getNameCount();
        Run run = new Run(
                agentId,
                file.getName(names - 8).toString(),
                file.getName(names - 6).toString(),
                file.getName(names - 4).toString());
        TaskCheckpoint checkpoint = TaskCheckpoint.parseFrom(Files.readAllBytes(file));
        TaskInfo info = TaskInfo.parseFrom(checkpoint.getTaskInfo());
        LiveTask task = new LiveTask(
                new TaskKey(run.frameworkId(), info.getTaskId().getValue()),
                run,
                info,
                FrameworkInfo.parseFrom(checkpoint.getFrameworkInfo()));
        List<TaskStatus> updates = new ArrayList<>();
        int acknowledged = 0;
        for (Note record : readRecords(file.resolveSibling(UPDATES_FILE))) {
            if (record.kind() == UPDATE) {
                updates.add(TaskStatus.parseFrom(record.content()));
            } else {
                acknowledged++;
            }
        }
        return new Entry(task, checkpoint, updates, acknowledged);
    }

    /** The kind, 1 byte, the length of the content, 4 bytes with the highest first, and the content. */
    private record Note(int kind, ByteString content) {}

    /** Cuts off a record that is not complete, so that the next one is not taken for the rest of it. */
    private static List<Note> readRecords(Path file) throws IOException {
        if (Files.notExists(file)) {
            return List.of();
        }
        List<Note> records = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
            long complete = 0;
            while (bytes.remaining() >= HEADER_BYTES) {
                int kind = bytes.get();
                int length = bytes.getInt();
                if (length < 0 || length > bytes.remaining()) {
                    break;
                }
                records.add(new Note(kind, ByteString.copyFrom(bytes, length)));
                complete = bytes.position();
            }
            channel.truncate(complete);
        }
        return records;
    }

    private void append(LiveTask task, int kind, ByteString content) {
        byte[] record = ByteBuffer.allocate(HEADER_BYTES + content.size())
                .put((byte) kind)
                .putInt(content.size())
                .put(content.asReadOnlyByteBuffer())
                .array();
        try {
            Files.write(
                    directory(task).resolve(UPDATES_FILE),
                    record,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            // A full disk must not keep updates from being sent; they are only lost to the agent's next life.
            LOG.warn("Cannot write down an update {}: {}", task.key(), e.toString());
        }
    }

    private Path directory(LiveTask task) {
        return paths.meta(task.run()).resolve("tasks").resolve(task.key().taskId());
    }
}
