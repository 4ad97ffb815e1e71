package io.stoa.itests.golden;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the text form of a recording. */
final class RecordingParser {

    private static final Pattern HEADING =
            Pattern.compile("=== \\+([0-9.]+) connection (\\S+)(  (client -> server|server -> client))?(.*)");

    /** As packet captures have it. */
    private static final Pattern CAPTURED =
            Pattern.compile("=== \\+([0-9.]+) (conn\\d+) (client|master):\\d+ -> (client|master):\\d+( EVENT)?.*");

    private static final Pattern CAPTURED_END = Pattern.compile("=== \\+([0-9.]+) (conn\\d+) FIN from client:\\d+");

    private static final Pattern INCIDENT =
            Pattern.compile("=== \\+([0-9.]+) agent (S\\d+) is (killed|started|unregistered)");

    private static final Pattern BLOCK_START = Pattern.compile("\n(?==== )");

    private RecordingParser() {}

    static List<Block> parse(String resource) throws IOException {
        return parse(resource, Map.of());
    }

    /** @param others what stands for ids of the recording */
    static List<Block> parse(String resource, Map<String, String> others) throws IOException {
        try (InputStream in = RecordingParser.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(resource + ": no such recording");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, String> other : others.entrySet()) {
                text = text.replace(other.getKey(), other.getValue());
            }
            return parseText(text);
        }
    }

    /** @param text what a file holds */
    static List<Block> parseText(String text) {
        List<Block> blocks = new ArrayList<>();
        BLOCK_START.splitAsStream(text).forEach(part -> block(part).ifPresent(blocks::add));
        return blocks;
    }

    private static Optional<Block> block(String part) {
        String[] lines = part.split("\n", 2);
        Matcher incident = INCIDENT.matcher(lines[0]);
        if (incident.matches()) {
            return Optional.of(new Block.AgentIncident(
                    Double.parseDouble(incident.group(1)),
                    incident.group(2),
                    Block.Incident.valueOf(incident.group(3).toUpperCase(Locale.ROOT))));
        }
        Matcher end = CAPTURED_END.matcher(lines[0]);
        if (end.matches()) {
            return Optional.of(new Block.ClosedByClient(Double.parseDouble(end.group(1)), end.group(2)));
        }
        Matcher captured = CAPTURED.matcher(lines[0]);
        if (captured.matches()) {
            String heading = "=== +" + captured.group(1) + " connection " + captured.group(2) + "  "
                    + (captured.group(3).equals("client") ? "client -> server" : "server -> client")
                    + (captured.group(5) == null ? "" : "  EVENT");
            return block(heading + "\n" + (lines.length == 2 ? lines[1] : ""));
        }
        Matcher heading = HEADING.matcher(lines[0]);
        if (!heading.matches()) {
            return Optional.empty();
        }
        double at = Double.parseDouble(heading.group(1));
        String connection = heading.group(2);
        String remark = heading.group(5).strip();
        String content = lines.length == 2 ? lines[1] : "";
        if (heading.group(4) == null) {
            return content.startsWith("[closed by the client]")
                    ? Optional.of(new Block.ClosedByClient(at, connection))
                    : Optional.empty();
        }
        if (heading.group(4).startsWith("client")) {
            return Optional.of(request(at, connection, remark, content));
        }
        if (remark.startsWith("EVENT")) {
            return Optional.of(new Block.StreamedEvent(at, connection, payload(content.strip())));
        }
        if (content.startsWith("[terminating chunk")) {
            return Optional.of(new Block.EndOfStream(at, connection));
        }
        if (content.startsWith("[connection closed by server")) {
            return Optional.of(new Block.ClosedByServer(at, connection));
        }
        List<String> head = head(content);
        return Optional.of(new Block.Response(at, connection, head, body(content, head)));
    }

    private static Block.Request request(double at, String connection, String remark, String content) {
        List<String> head = head(content);
        return new Block.Request(at, connection, remark, head, body(content, head), remark.contains("(twice)") ? 2 : 1);
    }

    private static List<String> head(String content) {
        return List.of(content.split("\n\n", 2)[0].stripTrailing().split("\n", -1));
    }

    private static byte[] body(String content, List<String> head) {
        String[] parts = content.split("\n\n", 2);
        boolean chunked =
                head.stream().anyMatch(line -> line.toLowerCase(Locale.ROOT).equals("transfer-encoding: chunked"));
        if (parts.length < 2 || parts[1].startsWith("[chunked body")) {
            return new byte[0];
        }
        if (chunked) {
            // Shown as it went over the wire: the size in hexadecimal, the chunk, and the last chunk.
            return parts[1].split("\n", 3)[1].getBytes(StandardCharsets.UTF_8);
        }
        int length = head.stream()
                .filter(line -> line.startsWith("Content-Length: "))
                .map(line -> Integer.parseInt(line.substring("Content-Length: ".length())))
                .findFirst()
                .orElse(0);
        if (parts[1].startsWith("[hex] ")) {
            return payload(parts[1]);
        }
        byte[] text = parts[1].getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(text, Math.min(length, text.length));
    }

    private static byte[] payload(String content) {
        String line = content.split("\n", 2)[0];
        return line.startsWith("[hex] ")
                ? HexFormat.of().parseHex(line.substring("[hex] ".length()).strip())
                : line.getBytes(StandardCharsets.UTF_8);
    }
}
