package io.stoa.itests.golden;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.http.HttpLimits;
import io.stoa.http.HttpRoutes;
import io.stoa.http.HttpServer;
import io.stoa.libprocess.LocalProcesses;
import io.stoa.libprocess.MessageReceiver;
import io.stoa.libprocess.TransportCounts;
import io.stoa.time.ManualTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages over libprocess, well made and not, as they were sent byte by byte, and what HTTP answers to each. */
@Timeout(120)
class HandMadeMessagesTest {

    private static final long PATIENCE_MS = 10_000;

    private final ManualTime time = new ManualTime(0);
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        LocalProcesses processes = new LocalProcesses(new TransportCounts());
        processes.register("master", MessageReceiver.DEAF);
        server = new HttpServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                HttpRoutes.of("master").build(),
                List.of(),
                HttpLimits.STANDARD,
                time);
        server.divert(processes);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void everyMessageIsAnsweredByTheRecordedBytesAndItsConnectionStaysOpen() throws Exception {
        List<Block> blocks = blocks();
        int answered = 0;
        for (Block block : blocks) {
            if (block instanceof Block.Request request) {
                try (RawConnection connection =
                        new RawConnection(request.connection(), server.address(), new ReplayClock(time, () -> {}, 0))) {
                    for (int i = 0; i < 2; i++) {
                        connection.send(request.method(), bytes(request));
                        assertThat(text(requireNonNull(connection.next(PATIENCE_MS))))
                                .as(request.remark())
                                .isEqualTo(text(answer(blocks, request)));
                    }
                    answered++;
                }
            }
        }
        assertThat(answered).isGreaterThanOrEqualTo(12);
    }

    /** The one connection that got an answer of its own is the one that the request was sent over. */
    private static Block answer(List<Block> blocks, Block.Request request) {
        return blocks.stream()
                .skip(blocks.indexOf(request))
                .filter(block ->
                        block instanceof Block.Response && block.connection().equals(request.connection()))
                .findFirst()
                .orElseThrow();
    }

    private static byte[] bytes(Block.Request request) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes((String.join("\r\n", request.head()) + "\r\n\r\n").getBytes(ISO_8859_1));
        bytes.writeBytes(request.body());
        return bytes.toByteArray();
    }

    /** All of it but the time of day. */
    private static String text(Block block) {
        assertThat(block).isInstanceOf(Block.Response.class);
        Block.Response response = (Block.Response) block;
        return String.join("\n", response.head()).replaceAll("(?m)^Date: .*$", "Date: now") + "\n\n"
                + new String(response.body(), ISO_8859_1);
    }

    /** Those on the connections that the hand opened. */
    private static List<Block> blocks() throws IOException {
        try (InputStream in = requireNonNull(
                HandMadeMessagesTest.class.getResourceAsStream("/golden/libprocess/12-hand-made-messages.txt"))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return RecordingParser.parseText(
                    text.replaceAll("(?m)^(=== \\S+) (out\\d+) -> master", "$1 connection $2  client -> server")
                            .replaceAll("(?m)^(=== \\S+) (out\\d+) <- master", "$1 connection $2  server -> client"));
        }
    }
}
