package io.stoa.itests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.time.ManualTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Asks a server what was recorded, one request after the other, and compares its answers. */
final class Answers {

    private static final long ANSWER_MS = 30_000;
    private static final int NAME_LENGTH = 100;

    private static final String GOES_ON_WHEN_TOLD =
            "POST /api/v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n";

    private Answers() {}

    static void assertAsRecorded(String recording, List<Block> blocks, InetSocketAddress server) throws Exception {
        assertAsRecorded(recording, blocks, server, request -> Optional.empty());
    }

    /** @param meanwhile what a request waits for that is not answered at once, done when the server has taken it in */
    static void assertAsRecorded(
            String recording,
            List<Block> blocks,
            InetSocketAddress server,
            Function<Block.Request, Optional<Meanwhile>> meanwhile)
            throws Exception {
        List<Difference> differences = new ArrayList<>();
        Optional<Block.Request> request = Optional.empty();
        for (Block block : blocks) {
            if (block instanceof Block.Request asked) {
                request = Optional.of(asked);
            } else if (block instanceof Block.Response recorded && request.isPresent()) {
                Block.Request asked = request.get();
                Answer answer = ask(asked, server, meanwhile.apply(asked));
                List<String> found = new ArrayList<>(AnswerComparison.differences(recorded, answer.response()));
                List<String> events = events(blocks, asked.connection());
                if (!events.isEmpty() && !events.equals(sorted(answer.events()))) {
                    found.add("events: " + sorted(answer.events()) + " (recorded: " + events + ")");
                }
                found.forEach(difference ->
                        differences.add(new Difference(asked.at(), asked.connection(), name(asked), "", difference)));
            }
        }
        KnownDifferences known = KnownDifferences.of(recording);
        assertThat(known.unlisted(differences)).isEmpty();
        assertThat(known.gone(differences)).isEmpty();
    }

    /** Something that a server's answer waits for. */
    @FunctionalInterface
    interface Meanwhile {

        void run() throws IOException;
    }

    /** @param events of a stream; empty where it is none */
    private record Answer(Block.Response response, List<String> events) {}

    private static List<String> events(List<Block> blocks, String connection) {
        return sorted(blocks.stream()
                .filter(block -> block instanceof Block.StreamedEvent
                        && block.connection().equals(connection))
                .map(block -> text(((Block.StreamedEvent) block).record()))
                .toList());
    }

    /** What comes from two pipes comes in any order. */
    private static List<String> sorted(List<String> events) {
        return events.stream().sorted().toList();
    }

    private static String text(byte[] record) {
        return new String(record, StandardCharsets.UTF_8);
    }

    private static String name(Block.Request request) {
        String body = new String(request.body(), StandardCharsets.UTF_8);
        return request.head().get(0) + " " + body.substring(0, Math.min(body.length(), NAME_LENGTH));
    }

    private static Answer ask(Block.Request request, InetSocketAddress server, Optional<Meanwhile> meanwhile)
            throws IOException, InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String line : request.head()) {
            bytes.writeBytes((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }
        bytes.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(request.body());
        ReplayClock clock = new ReplayClock(new ManualTime(0), () -> {}, 0);
        try (RawConnection connection = new RawConnection(request.connection(), server, clock)) {
            connection.send(request.method(), bytes.toByteArray());
            if (meanwhile.isPresent()) {
                awaitTaken(connection);
                meanwhile.get().run();
            }
            if (!(connection.next(ANSWER_MS) instanceof Block.Response response)) {
                throw new IOException("no answer to " + request.head().get(0));
            }
            List<String> events = new ArrayList<>();
            if (response.isStream()) {
                while (connection.next(ANSWER_MS) instanceof Block.StreamedEvent event) {
                    events.add(text(event.record()));
                }
            }
            return new Answer(response, events);
        }
    }

    /** The next request of a connection is read when the one before it is taken in; its client is told to go on. */
    private static void awaitTaken(RawConnection connection) throws IOException, InterruptedException {
        connection.send("POST", GOES_ON_WHEN_TOLD.getBytes(StandardCharsets.US_ASCII));
        if (!(connection.next(ANSWER_MS) instanceof Block.Response told)
                || !told.head().get(0).equals("HTTP/1.1 100 Continue")) {
            throw new IOException("nobody said that a request is taken in");
        }
    }
}
