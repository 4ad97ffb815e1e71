package io.stoa.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

class DirectoriesTest {

    private static final int FILES = 200;

    /** As the directory of an executor's run and those of its tasks, which are forgotten on different threads. */
    @RepeatedTest(10)
    void whoRemovesAPartDoesNotKeepTheWholeFromBeingRemoved(@TempDir Path directory) throws Exception {
        Path whole = directory.resolve("whole");
        Path part = Files.createDirectories(whole.resolve("containers/part"));
        for (int i = 0; i < FILES; i++) {
            Files.createFile(part.resolve("file" + i));
        }
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<?> one = threads.submit(removal(whole));
            Future<?> other = threads.submit(removal(part));
            one.get(1, TimeUnit.MINUTES);
            other.get(1, TimeUnit.MINUTES);
        } finally {
            threads.shutdownNow();
        }
        assertThat(whole).doesNotExist();
    }

    /** As the runtime directories of containers that have ended while the agent was away, when it comes back. */
    @RepeatedTest(10)
    void whatIsRemovedMeanwhileIsNoFailureOfAListing(@TempDir Path directory) throws Exception {
        Path whole = directory.resolve("whole");
        for (int i = 0; i < FILES; i++) {
            Files.createDirectories(whole.resolve("container" + i + "/containers/nested"));
        }
        Path stays = Files.createDirectories(directory.resolve("stays/containers/nested"));
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<?> removed = threads.submit(removal(whole));
            boolean last;
            do {
                last = removed.isDone();
                assertThat(Directories.below(directory, 3)).contains(stays);
            } while (!last);
            removed.get(1, TimeUnit.MINUTES);
        } finally {
            threads.shutdownNow();
        }
        assertThat(Directories.below(directory, 3)).containsExactly(stays);
        assertThat(Directories.below(whole, 1)).isEmpty();
    }

    private static Callable<Void> removal(Path directory) {
        return () -> {
            Directories.remove(directory);
            return null;
        };
    }
}
