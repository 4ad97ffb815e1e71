package io.stoa.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.examples.batch.BatchMain;
import io.stoa.examples.service.ServiceMain;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What is wrong with the flags or the file ends a program before it asks any master. */
class WrongUseTest {

    private static final int WRONG_USE = 2;

    @TempDir
    Path directory;

    static Stream<Callable<Integer>> programs() {
        return Stream.of(new BatchMain(), new ServiceMain());
    }

    private static void assertRefused(Callable<Integer> program, String masters, Path file, String message) {
        StringWriter said = new StringWriter();
        int status = new CommandLine(program)
                .setErr(new PrintWriter(said, true))
                .execute("--master=" + masters, "--name=name", file.toString());
        assertThat(said.toString().lines()).first().isEqualTo(message);
        assertThat(said.toString()).contains("Usage: ").doesNotContain("Exception");
        assertThat(status).isEqualTo(WRONG_USE);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void aFileThatCannotBeRead(Callable<Integer> program) {
        Path missing = directory.resolve("missing.json");
        assertRefused(program, "127.0.0.1:1", missing, missing + ": missing (expected: a file that can be read)");
        assertRefused(
                program, "127.0.0.1:1", directory, directory + ": a directory (expected: a file that can be read)");
        // Nobody can read the memory at the address 0, root neither.
        Path memory = Path.of("/proc/self/mem");
        assertRefused(program, "127.0.0.1:1", memory, memory + ": unreadable (expected: a file that can be read)");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void mastersThatAreNone(Callable<Integer> program) throws IOException {
        Path file = Files.writeString(directory.resolve("work.json"), "[]");
        assertRefused(program, "foo", file, "--master: master: 'foo' (expected: host:port)");
        assertRefused(program, "foo:99999", file, "--master: port: 99999 (expected: 1 to 65535)");
        assertRefused(program, "127.0.0.1:1,", file, "--master: master: '' (expected: host:port)");
    }
}
