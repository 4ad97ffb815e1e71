package io.stoa.itests.golden;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A recording as it is replayed: edited where the master was asked for what Stoa does not have yet. The edits of a
 * recording are a file of the same name in {@code golden/edits}, of the same form, with three more kinds of lines:
 *
 * <ul>
 *   <li>{@code === +2.3 left out until +9.4: why}: nothing of this is replayed; {@code on paC} restricts it to one
 *       connection;
 *   <li>{@code === +0 O10 means O3: why}: where the recording says O10 it is read as O3;
 *   <li>{@code === +11.343 agent S1 is killed}, {@code started} or {@code unregistered}: what the recording only notes.
 * </ul>
 *
 * Whatever else stands there is replayed at its time, together with what was recorded.
 */
final class Recording {

    private static final String FOLDER = "/golden/scheduler-http-v1/";
    private static final String EDITS = "/golden/edits/";

    private static final Pattern LEFT_OUT =
            Pattern.compile("=== \\+([0-9.]+) left out until \\+([0-9.]+)(?: on (\\S+))?: .+");

    private static final Pattern RENAMED = Pattern.compile("=== \\+0 (\\S+) means (\\S+): .+");

    private Recording() {}

    /** The blocks of a recording in their order. */
    static List<Block> edited(String name) throws IOException {
        String edits = read(EDITS + name);
        String text = read(FOLDER + name);
        for (Matcher renamed = RENAMED.matcher(edits); renamed.find(); ) {
            text = text.replaceAll("\\b" + renamed.group(1) + "\\b", renamed.group(2));
        }
        List<Block> blocks = new ArrayList<>(RecordingParser.parseText(text));
        if (blocks.isEmpty()) {
            throw new IOException(name + ": no such recording");
        }
        for (Matcher out = LEFT_OUT.matcher(edits); out.find(); ) {
            double from = Double.parseDouble(out.group(1));
            double until = Double.parseDouble(out.group(2));
            String connection = out.group(3);
            blocks.removeIf(block -> block.at() >= from
                    && block.at() < until
                    && (connection == null || connection.equals(block.connection())));
        }
        blocks.addAll(RecordingParser.parseText(edits));
        blocks.sort(Comparator.comparingDouble(Block::at));
        return blocks;
    }

    private static String read(String resource) throws IOException {
        try (InputStream in = Recording.class.getResourceAsStream(resource)) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
