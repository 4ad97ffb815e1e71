package io.stoa.itests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What can be said of the sources without compiling them. */
class SourceRulesTest {

    private static final int MAX_LINES = 500;
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @Test
    void noFileIsLongerThan500Lines() throws IOException {
        List<String> tooLong = handWrittenSources()
                .filter(file -> lines(file) > MAX_LINES)
                .map(file -> ROOT.relativize(file) + ": " + lines(file))
                .toList();
        assertThat(tooLong)
                .as("files and their lines (expected: at most %d)", MAX_LINES)
                .isEmpty();
    }

    /** It counts by the clock, also while the machine gets no processors; {@code io.stoa.testing} does not. */
    @Test
    void noTestWaitsByTheClock() throws IOException {
        String awaiting = "org.awaitility." + "Awaitility";
        assertThat(handWrittenSources()
                        .filter(file -> !file.startsWith(ROOT.resolve("itests/testing")))
                        .filter(file -> text(file).contains(awaiting))
                        .map(ROOT::relativize))
                .isEmpty();
    }

    private static Stream<Path> handWrittenSources() throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                // What is built there changes while tests run.
                boolean isBuilt = folder.endsWith("target") || folder.endsWith(".git");
                return isBuilt ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".java")) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        assertThat(files).as("sources below " + ROOT).hasSizeGreaterThan(50);
        return files.stream();
    }

    private static long lines(Path file) {
        return text(file).lines().count();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(file.toString(), e);
        }
    }
}
