package io.stoa.examples.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.examples.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobTest {

    @TempDir
    Path directory;

    private Path file(String json) throws IOException {
        return Files.writeString(directory.resolve("jobs.json"), json);
    }

    @Test
    void aFileIsReadAsItStands() throws Exception {
        Path file = file("""
                [{"name": "a", "command": "true", "cpus": 0.5, "memMb": 32, "count": 3},
                 {"name": "b", "image": "busybox", "cpus": 1, "memMb": 64}]
                """);
        assertThat(Job.read(file))
                .containsExactly(
                        new Job("a", new Program(Optional.of("true"), Optional.empty(), 0.5, 32), 3),
                        new Job("b", new Program(Optional.empty(), Optional.of("busybox"), 1, 64), 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|OBJECT (expected: ARRAY)",
                "[{'cpus': 1}]|entry 1: name: ''",
                "[{'name': 'a', 'command': 'x', 'cpus': -1, 'memMb': 1}]|entry 1: cpus: -1.0 (expected: > 0)",
                "[{'name': 'a', 'command': 'x', 'cpus': 1e400, 'memMb': 1}]|cpus: Infinity (expected: at most 1.0E9)",
                "[{'name': 'a', 'command': 'x', 'cpus': '1', 'memMb': 1}]|cpus: \"1\" (expected: a number)",
                "[{'name': 'a', 'command': 'x', 'cpus': 1, 'memMb': 1, 'count': 0}]|count: 0 (expected: 1 to 10000)",
                "[{'name': 'a', 'command': 'x', 'cpus': 1, 'memMb': 1, 'count': 1.5}]|count: 1.5 (expected: an integer)",
                "[{'name': 'a', 'command': 'x', 'cpus': 1, 'memMb': 1, 'cuont': 1}]|cuont: unknown",
                "[|jobs.json: Unexpected end-of-input"
            })
    void whatIsWrongIsNamed(String json, String message) throws Exception {
        Path file = file(json.replace('\'', '"'));
        assertThatThrownBy(() -> Job.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aNameStandsForOneJob() throws Exception {
        String entry = "{\"name\": \"a\", \"command\": \"x\", \"cpus\": 1, \"memMb\": 1}";
        Path file = file("[" + entry + "," + entry + "]");
        assertThatThrownBy(() -> Job.read(file)).hasMessageContaining("entry 2: name: 'a' twice (expected: once)");
    }
}
