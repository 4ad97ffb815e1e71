package io.stoa.agent.executor;

import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.agent.recovery.Checkpoint;
import io.stoa.agent.recovery.RecoveryErrors;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.agent.sandbox.AgentPaths.Run;
import io.stoa.agent.sandbox.Directories;
import io.stoa.agent.task.TaskJournal;
import io.stoa.proto.agent.ExecutorCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;

/**
 * What an agent writes down about executors that frameworks bring: a file from before the start of the executor until
 * nothing is left to tell about its tasks, when the tasks' journal removes the whole run. As with tasks, it is to
 * survive the process, not the host.
 *
 * @param tasks in the same directories, of which it removes those that are empty
 */
record ExecutorJournal(AgentPaths paths, TaskJournal tasks) {

    private static final String FILE = "executor.info";
    /** Names from the frameworks' directory to a run's. */
    private static final int RUN_DEPTH = 5;

    /** An executor that an earlier life of the agent wrote down. */
    record Entry(Run run, ExecutorInfo info, FrameworkInfo framework) {}

    private record Dated(Entry entry, FileTime written) {}

    /** May run on any thread. */
    void begin(Entry entry) throws IOException {
        ExecutorCheckpoint checkpoint = ExecutorCheckpoint.newBuilder()
                .setFrameworkInfo(entry.framework().toByteString())
                .setExecutorInfo(entry.info().toByteString())
                .build();
        synchronized (tasks) {
            Directories.writeAtomically(paths.meta(entry.run()).resolve(FILE), checkpoint.toByteArray());
        }
    }

    /**
     * Everything that was written down, oldest first; what is left of an executor that was not written down in full is
     * removed, with its tasks.
     *
     * @param errors is told of what is damaged; where the agent goes on, it is as if never written
     */
    List<Entry> read(String agentId, RecoveryErrors errors) throws IOException {
        Path agent = paths.metaAgents().resolve(agentId);
        Path frameworks = agent.resolve("frameworks");
        List<Dated> entries = new ArrayList<>();
        for (Path run : Directories.below(frameworks, RUN_DEPTH)) {
            Path file = run.resolve(FILE);
            if (Files.notExists(file)) {
                Files.deleteIfExists(Directories.temporary(file));
                // Those of command tasks are not empty.
                Directories.removeEmptyParents(run, agent);
                continue;
            }
            Run id = run(agentId, run);
            Optional<Entry> entry = read(id, run, errors);
            if (entry.isPresent()) {
                entries.add(new Dated(entry.get(), Files.getLastModifiedTime(file)));
            } else {
                tasks.end(id);
            }
        }
        return entries.stream()
                .sorted(Comparator.comparing(Dated::written))
                .map(Dated::entry)
                .toList();
    }

    /** @param directory FRAMEWORK/executors/EXECUTOR/runs/CONTAINER */
    private static Run run(String agentId, Path directory) {
        int names = directory.getNameCount();
        return new Run(
                agentId,
                directory.getName(names - 5).toString(),
                directory.getName(names - 3).toString(),
                directory.getName(names - 1).toString());
    }

    private static Optional<Entry> read(Run run, Path directory, RecoveryErrors errors) throws IOException {
        Path file = directory.resolve(FILE);
        Optional<ExecutorCheckpoint> checkpoint = Checkpoint.read(file, ExecutorCheckpoint.parser(), directory, errors);
        if (checkpoint.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Entry(
                    run,
                    ExecutorInfo.parseFrom(checkpoint.get().getExecutorInfo()),
                    FrameworkInfo.parseFrom(checkpoint.get().getFrameworkInfo())));
        } catch (InvalidProtocolBufferException e) {
            errors.found(file, String.valueOf(e.getMessage()), directory);
            return Optional.empty();
        }
    }
}
