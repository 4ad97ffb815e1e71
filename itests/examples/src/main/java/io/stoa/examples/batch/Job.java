package io.stoa.examples.batch;

import com.fasterxml.jackson.databind.JsonNode;
import io.stoa.examples.Program;
import io.stoa.examples.WorkFile;
import io.stoa.examples.WorkId;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Some tasks that are alike.
 *
 * @param count how many; each finds its number, from 0, in {@code $NUMBER}
 */
record Job(String name, Program program, int count) {

    /** Of all jobs together: what is done stays in the cluster's state until the last one is. */
    private static final int MAX_TASKS = 10_000;

    Job {
        WorkId.requireName(name);
        if (count < 1 || count > MAX_TASKS) {
            throw new IllegalArgumentException("count: " + count + " (expected: 1 to " + MAX_TASKS + ")");
        }
    }

    /** @throws IllegalArgumentException where something in the file is not as it has to be */
    static List<Job> read(Path file) {
        List<Job> jobs = WorkFile.read(file, Set.of("count"), Job::of);
        int tasks = jobs.stream().mapToInt(Job::count).sum();
        if (tasks > MAX_TASKS) {
            throw new IllegalArgumentException(file + ": " + tasks + " tasks (expected: <= " + MAX_TASKS + ")");
        }
        return jobs;
    }

    private static Job of(JsonNode node) {
        return new Job(WorkFile.name(node), WorkFile.program(node), WorkFile.integer(node, "count", 1));
    }
}
