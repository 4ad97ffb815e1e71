package io.stoa.itests.libprocess;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A message in a recording of libprocess, which was made from a packet capture.
 *
 * @param sender who opened the connection, {@code driver}, {@code agent} or {@code master}
 * @param receiver the same for who listened
 * @param head the request line and the headers, in order
 * @param body decoded from its chunks; empty where there is none
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by what it holds, never by equals.
record CapturedMessage(String sender, String receiver, List<String> head, byte[] body) {

    private static final String FROM = "Libprocess-From: ";

    private static final Pattern HEADING = Pattern.compile(
            "=== \\+[0-9.]+ conn\\d+ (\\w+):\\d+ -> (\\w+):\\d+\n(POST .*?)(?:\n\n|\n?$)(.*)", Pattern.DOTALL);

    private static final Pattern BLOCK_START = Pattern.compile("\n(?==== )");
    private static final Pattern BODY = Pattern.compile("(?m)^\\[hex] ([0-9a-f]*)$");

    /** All of a recording, in order. */
    static List<CapturedMessage> of(String resource) throws IOException {
        try (InputStream in = Objects.requireNonNull(CapturedMessage.class.getResourceAsStream(resource), resource)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            List<CapturedMessage> messages = new ArrayList<>();
            for (String block : BLOCK_START.split(text, -1)) {
                Matcher heading = HEADING.matcher(block);
                if (heading.matches()) {
                    Matcher body = BODY.matcher(heading.group(4));
                    messages.add(new CapturedMessage(
                            heading.group(1),
                            heading.group(2),
                            List.of(heading.group(3).split("\n", -1)),
                            HexFormat.of().parseHex(body.find() ? body.group(1) : "")));
                }
            }
            return messages;
        }
    }

    /** {@code mesos.internal.AuthenticateMessage}. */
    String name() {
        String path = head.get(0).split(" ", -1)[1];
        return path.substring(path.indexOf('/', 1) + 1);
    }

    /** The name of the process that says it. */
    String from() {
        String sender = head.stream()
                .filter(line -> line.startsWith(FROM))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(head + " (expected: one that says who sends it)"));
        return sender.substring(FROM.length(), sender.indexOf('@'));
    }

    /** With other addresses in the head. */
    List<String> headWith(String recorded, String actual) {
        return head.stream().map(line -> line.replace(recorded, actual)).toList();
    }

    @Override
    public String toString() {
        return sender + " -> " + receiver + " " + head.get(0);
    }
}
