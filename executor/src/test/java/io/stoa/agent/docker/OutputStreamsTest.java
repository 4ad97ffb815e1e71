package io.stoa.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputStreamsTest {

    private static final String ANSWER = "HTTP/1.1 200 OK\r\n\r\n3\r\none\r\n0\r\n\r\n";

    @TempDir
    private Path sandbox;

    @Test
    void whatIsThereIsKept() throws Exception {
        Files.writeString(sandbox.resolve("stdout"), "o");
        try (OutputStreams streams = new OutputStreams(sandbox, true)) {
            streams.take(ByteBuffer.wrap(ANSWER.getBytes(StandardCharsets.US_ASCII)));
            assertThat(streams.isComplete()).isTrue();
        }
        assertThat(sandbox.resolve("stdout")).hasContent("one");
    }

    @Test
    void nobodyWaitsForTheReaderOfAFifo() throws Exception {
        Process made = new ProcessBuilder("mkfifo", sandbox.resolve("stdout").toString()).start();
        assertThat(made.waitFor()).isZero();
        isRefused();
    }

    @Test
    void noLinkIsFollowed() throws Exception {
        Files.createSymbolicLink(sandbox.resolve("stderr"), Files.createFile(sandbox.resolve("elsewhere")));
        isRefused();
    }

    private void isRefused() {
        CompletableFuture<OutputStreams> opened = CompletableFuture.supplyAsync(() -> {
            try {
                return new OutputStreams(sandbox, false);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(opened)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOf(IOException.class);
    }
}
