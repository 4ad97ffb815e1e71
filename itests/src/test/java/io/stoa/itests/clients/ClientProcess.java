package io.stoa.itests.clients;

import static io.stoa.testing.Patience.await;

import io.stoa.testing.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A framework in a process of its own: told what to do in lines, it says in lines, which begin with an @, what it sees.
 */
final class ClientProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Process process;
    private final Path out;
    private final Path err;

    private ClientProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** @param directory where it works, and where its output goes */
    static ClientProcess start(Path directory, List<String> command) throws IOException {
        return start(directory, command, Map.of());
    }

    /** @param environment what there is beside this process' own */
    static ClientProcess start(Path directory, List<String> command, Map<String, String> environment)
            throws IOException {
        // Without it mesos-framework does not start.
        Files.createDirectories(directory.resolve("logs"));
        Path out = Files.createTempFile(directory, "out", ".log");
        Path err = Files.createTempFile(directory, "err", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        return new ClientProcess(builder.start(), out, err);
    }

    void tell(String command) throws IOException {
        process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Nothing more is told; its exit status. */
    int end() throws IOException {
        process.getOutputStream().close();
        return Patience.join(process.onExit()).exitValue();
    }

    /** All that it has written so far, also what it does not say to its test. */
    String printed() {
        return read(out) + read(err);
    }

    /** What it has said so far, in whole lines. */
    List<String> said() {
        String text = read(out);
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> line.startsWith("@"))
                .map(line -> line.substring(1))
                .toList();
    }

    /** The rest of the first line, said or to be said, that begins with some words. */
    String awaitSaid(String words) {
        return awaitSaid(0, words);
    }

    /** @param seen how many lines of {@link #said} do not count */
    String awaitSaid(int seen, String words) {
        try {
            await(PATIENCE)
                    .alias(words)
                    .until(() -> !process.isAlive() || find(seen, words).isPresent());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("expected: " + words + "\n" + printed(), e);
        }
        // Looked at again: it may have said that with its last breath.
        return find(seen, words)
                .orElseThrow(() -> new AssertionError("the process has ended, expected: " + words + "\n" + printed()));
    }

    private Optional<String> find(int seen, String words) {
        return said().stream()
                .skip(seen)
                .filter(line -> line.equals(words) || line.startsWith(words + " "))
                .findFirst()
                .map(line -> line.substring(words.length()).strip());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * As {@code kill -9}, also of what it has started: a shell that waits for its last command would leave it behind.
     */
    @Override
    public void close() {
        List<ProcessHandle> started = process.descendants().toList();
        process.destroyForcibly().onExit().join();
        started.forEach(ProcessHandle::destroyForcibly);
    }
}
