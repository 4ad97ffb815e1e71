package io.stoa.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories on the disk under {@code target}: a memory file system would make fsync free. */
final class Directories {

    private Directories() {}

    static Path create() throws IOException {
        Path parent = Path.of("target").toAbsolutePath();
        Files.createDirectories(parent);
        return Files.createTempDirectory(parent, "bench");
    }

    static void delete(Path directory) throws IOException {
        List<Path> paths;
        try (Stream<Path> found = Files.walk(directory)) {
            paths = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
