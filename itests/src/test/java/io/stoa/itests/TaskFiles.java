package io.stoa.itests;

import static io.stoa.testing.Patience.await;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Files that the commands of tasks write. */
public final class TaskFiles {

    private TaskFiles() {}

    /** The lines of a file, as soon as they are so many: a task runs before its command has written anything. */
    public static List<String> awaitLines(Path file, int atLeast) {
        return await().ignoreExceptionsInstanceOf(NoSuchFileException.class)
                .until(() -> Files.readAllLines(file), lines -> lines.size() >= atLeast);
    }
}
