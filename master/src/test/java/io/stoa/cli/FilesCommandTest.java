package io.stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesCommandTest {

    @TempDir
    Path directory;

    @AutoClose
    private final StubCluster cluster = new StubCluster();

    @BeforeEach
    void aTaskHasASandbox() {
        cluster.tasks(cluster.task("TASK_FINISHED")).sandboxes();
    }

    @Test
    void whatIsNotThereIsSaidByName() {
        cluster.answer("/files/browse", 404, "");
        StubCluster.Outcome sandbox = cluster.run("files", "t");
        assertThat(sandbox.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(sandbox.err()).isEqualTo("stoa: agent " + cluster.address() + " has no sandbox of task t\n");
        StubCluster.Outcome file = cluster.run("files", "t", "none/data");
        assertThat(file.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(file.err()).isEqualTo("stoa: no 'none' in the sandbox of task t\n");
    }

    @Test
    void whatLeadsOutOfTheSandboxSaysSo() {
        cluster.answer("/files/browse", 400, "'" + StubCluster.SANDBOX + "/volume' is inaccessible.\n");
        StubCluster.Outcome files = cluster.run("files", "t", "volume/data");
        assertThat(files.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(files.err())
                .isEqualTo("stoa: 'volume' leads out of the sandbox, as volumes do, which agents do not show;"
                        + " 'stoa exec' does\n");
    }

    @Test
    void aFileIsCopiedWholeOrNotAtAll() throws IOException {
        serve("file");
        Path copy = directory.resolve("copy");
        cluster.on("/files/download", exchange -> {
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody().write("par".getBytes(StandardCharsets.UTF_8));
        });
        StubCluster.Outcome cut = cluster.run("files", "t", "file", "--to=" + copy);
        assertThat(cut.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(cut.err()).startsWith("stoa: no answer from agent " + cluster.address());
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aFileThatIsThereIsNotOverwritten() throws IOException {
        serve("file");
        cluster.answer("/files/download", 200, "whole");
        Path copy = directory.resolve("copy");
        assertThat(cluster.run("files", "t", "file", "--to=" + copy).exitCode()).isZero();
        assertThat(copy).hasContent("whole");

        StubCluster.Outcome again = cluster.run("files", "t", "file", "--to=" + copy);
        assertThat(again.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(again.err()).isEqualTo("stoa: cannot write '" + copy + "': it is there already\n");

        Path nowhere = directory.resolve("none/copy");
        assertThat(cluster.run("files", "t", "file", "--to=" + nowhere).err())
                .isEqualTo("stoa: cannot write '" + nowhere + "': there is no such directory\n");
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactly(copy);
        }
    }

    private void serve(String name) {
        cluster.answer(
                "/files/browse",
                200,
                "[{\"path\":\"" + StubCluster.SANDBOX + "/" + name + "\",\"mode\":\"-rw-r--r--\"}]");
    }
}
