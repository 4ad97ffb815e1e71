package io.stoa.itests.golden;

import io.stoa.libprocess.Upid;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What went between frameworks and a master over libprocess; what HTTP adds to it is left out. */
final class LibprocessRecording {

    private static final Pattern BLOCK_START = Pattern.compile("\n(?==== )");
    private static final Pattern TIME = Pattern.compile("=== \\+([0-9.]+) .*", Pattern.DOTALL);
    private static final Pattern POST = Pattern.compile("\nPOST /([^/]+)/([\\w.]+) HTTP/1.1\n");

    private static final Pattern SENDER =
            Pattern.compile("\n(?:User-Agent: libprocess/|Libprocess-From: )([^\n@]+@[^\n]+)\n");

    private static final Pattern BODY = Pattern.compile("(?m)^\\[hex] ([0-9a-f]*)$");

    /** The master's connection to a framework, and how either ends it; the last is how one recording notes it. */
    private static final Pattern OPENED = Pattern.compile("=== \\S+ (conn\\d+) OPEN master:\\d+ -> driver2?:\\d+.*");

    private static final Pattern KILLED = Pattern.compile("=== \\S+ (conn\\d+) FIN from master:\\d+.*");

    private static final Pattern CLOSED = Pattern.compile("=== \\S+ (conn\\d+) FIN from (?:driver2?):(\\d+).*");

    private static final String AGENT = "slave(1)";
    private static final String AGENT_IS_BACK = "\nPOST /master/mesos.internal.ReregisterSlaveMessage ";

    private static final String HAND_CLOSED = "NOTE the client closes the inbound connection";
    private static final int HAND_PORT = 7171;

    private LibprocessRecording() {}

    /** Something that happened. */
    sealed interface Entry {

        /** Seconds since the recording began. */
        double at();
    }

    /** A message. */
    @SuppressWarnings("ArrayRecordComponent") // Compared by what it holds, never by equals.
    record Said(double at, Upid from, Upid to, String name, byte[] body) implements Entry {

        boolean isOfMaster() {
            return from.id().equals("master");
        }
    }

    /** The framework at that port closes the connection that the master had opened to it. */
    record LinkClosed(double at, int port) implements Entry {}

    /** The master is killed. */
    record MasterKilled(double at) implements Entry {}

    /** The master leads again, and its agents find it. */
    record MasterBack(double at) implements Entry {}

    static List<Entry> of(String name) throws IOException {
        List<Entry> entries = new ArrayList<>();
        Connections connections = new Connections();
        try (InputStream in =
                Objects.requireNonNull(LibprocessRecording.class.getResourceAsStream("/golden/libprocess/" + name))) {
            for (String block : BLOCK_START.split(new String(in.readAllBytes(), StandardCharsets.UTF_8), -1)) {
                Matcher time = TIME.matcher(block);
                if (time.matches()) {
                    double at = Double.parseDouble(time.group(1));
                    connections.change(at, block).or(() -> message(at, block)).ifPresent(entries::add);
                }
            }
        }
        return entries;
    }

    /** Who is connected to whom. */
    private static final class Connections {

        /** Those that the master opened to drivers, and that are open. */
        private final Set<String> links = new HashSet<>();

        private boolean isKilled;

        Optional<Entry> change(double at, String block) {
            String head = block.lines().findFirst().orElseThrow();
            Matcher opened = OPENED.matcher(head);
            Matcher closed = CLOSED.matcher(head);
            Matcher killed = KILLED.matcher(head);
            if (opened.matches()) {
                links.add(opened.group(1));
            } else if (closed.matches() && links.remove(closed.group(1))) {
                return Optional.of(new LinkClosed(at, Integer.parseInt(closed.group(2))));
            } else if (killed.matches() && links.remove(killed.group(1))) {
                isKilled = true;
                return Optional.of(new MasterKilled(at));
            } else if (isKilled && block.contains(AGENT_IS_BACK)) {
                isKilled = false;
                return Optional.of(new MasterBack(at));
            }
            return block.contains(HAND_CLOSED) ? Optional.of(new LinkClosed(at, HAND_PORT)) : Optional.empty();
        }
    }

    /** Empty for answers, for requests that do not become messages to the master, and for what agents say and hear. */
    private static Optional<Entry> message(double at, String block) {
        Matcher post = POST.matcher(block);
        Matcher sender = SENDER.matcher(block);
        if (!post.find() || !sender.find()) {
            return Optional.empty();
        }
        Upid from = Upid.parse(sender.group(1)).orElseThrow();
        Matcher body = BODY.matcher(block);
        byte[] bytes = HexFormat.of().parseHex(body.find() ? body.group(1) : "");
        String process = post.group(1);
        if (process.equals(AGENT) || from.id().equals(AGENT)) {
            return Optional.empty();
        }
        if (from.id().equals("master")) {
            Matcher host = Pattern.compile("\nHost: ([^\n]+)\n").matcher(block);
            Upid to = Upid.parse(process + "@" + (host.find() ? host.group(1) : ""))
                    .orElseThrow();
            return Optional.of(new Said(at, from, to, post.group(2), bytes));
        }
        return process.equals("master")
                ? Optional.of(new Said(at, from, new Upid("master", "127.0.0.1", 5050), post.group(2), bytes))
                : Optional.empty();
    }
}
