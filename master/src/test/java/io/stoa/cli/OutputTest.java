package io.stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import io.stoa.proto.recordio.RecordIo;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.mesos.v1.agent.Protos.Call;
import org.apache.mesos.v1.agent.Protos.ProcessIO;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands whose output nobody takes, each in a process of its own. */
@Timeout(120)
class OutputTest {

    @TempDir
    private Path directory;

    @AutoClose
    private final StubCluster cluster = new StubCluster();

    @BeforeEach
    void thereIsMuchToShow() {
        cluster.tasks(cluster.task("TASK_RUNNING"));
        cluster.answer("/state", 200, "{\"slaves\":[]}");
        cluster.answer("/files/browse", 200, "[{\"path\":\"/w/file\",\"mode\":\"-rw-r--r--\"}]");
        cluster.answer("/files/download", 200, "bytes");
        AtomicInteger looks = new AtomicInteger();
        cluster.sandboxes(path -> "line\n".repeat(looks.incrementAndGet()));
        cluster.on("/api/v1", OutputTest::talk);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "agents", "files t file", "logs t", "exec t -- yes"})
    void whatCannotBeWrittenIsAFailure(String line) throws Exception {
        assertThat(stoa(line).redirectOutput(new File("/dev/full")).start().waitFor())
                .isEqualTo(ExitCode.FAILED);
        assertThat(said()).isEqualTo("stoa: cannot write to stdout: No space left on device\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"logs -f t", "exec t -- yes", "attach t"})
    void whereNobodyReadsAnyMoreTheCommandEndsWithoutAWord(String line) throws Exception {
        assertThat(firstLineOnly(stoa(line))).isEqualTo(ExitCode.NOBODY_READS);
        assertThat(said()).isEmpty();
    }

    @Test
    void whatAContainerSaysOnStderrIsOutputToo() throws Exception {
        assertThat(firstLineOnly(stoa("exec t -- yes-to-stderr").redirectErrorStream(true)))
                .isEqualTo(ExitCode.NOBODY_READS);
    }

    private ProcessBuilder stoa(String line) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Stoa.class.getName()));
        command.addAll(List.of(line.split(" ")));
        ProcessBuilder stoa = new ProcessBuilder(command)
                .redirectError(directory.resolve("said").toFile());
        stoa.environment().put("STOA_MASTER", cluster.address());
        // Of each of these a JVM says on stderr that it has found it.
        stoa.environment().keySet().removeAll(Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        return stoa;
    }

    /** As {@code | head -1}; the exit code. */
    private static int firstLineOnly(ProcessBuilder stoa) throws Exception {
        Process started = stoa.start();
        try (BufferedReader head = started.inputReader()) {
            assertThat(head.readLine()).isEqualTo("line");
        }
        return started.waitFor();
    }

    private String said() throws IOException {
        return Files.readString(directory.resolve("said"));
    }

    /** An agent whose containers write as long as somebody reads. */
    private static void talk(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (exchange.getRequestHeaders().getFirst("Content-Type").equals("application/recordio")) {
            StubCluster.send(exchange, 200, "");
            return;
        }
        boolean isError = Call.parseFrom(body).toString().contains("yes-to-stderr");
        ProcessIO.Data.Builder line = ProcessIO.Data.newBuilder()
                .setType(isError ? ProcessIO.Data.Type.STDERR : ProcessIO.Data.Type.STDOUT)
                .setData(ByteString.copyFromUtf8("line\n"));
        byte[] record = RecordIo.frame(ProcessIO.newBuilder()
                .setType(ProcessIO.Type.DATA)
                .setData(line)
                .build()
                .toByteArray());
        exchange.sendResponseHeaders(200, 0);
        while (true) {
            exchange.getResponseBody().write(record);
        }
    }
}
