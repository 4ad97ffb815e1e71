package io.stoa.itests.golden;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which value here stands for which one of the recording, one to one: whoever comes first binds both. */
final class Correspondence {

    private static final String UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    /**
     * Ids of masters, streams, containers, and what masters derive from their own: frameworks, agents, offers. And the
     * addresses of agents, since which agent is which is free.
     */
    private static final Pattern ID = Pattern.compile(UUID + "(?:-(?:\\d{4}|[SO]\\d+))?|slave\\(1\\)@[\\d.]+:\\d+");

    private static final Pattern STATUS_UUID = Pattern.compile("(?<=\"uuid\":(?:\\{\"value\":)?\")[^\"]*");

    private final Map<String, String> toActual = new HashMap<>();
    private final Map<String, String> toRecorded = new HashMap<>();

    /** Keeps what the comparison bound only if it holds. */
    boolean attempt(BooleanSupplier comparison) {
        Set<String> recordedBefore = Set.copyOf(toActual.keySet());
        Set<String> actualBefore = Set.copyOf(toRecorded.keySet());
        if (comparison.getAsBoolean()) {
            return true;
        }
        toActual.keySet().retainAll(recordedBefore);
        toRecorded.keySet().retainAll(actualBefore);
        return false;
    }

    /** True if the two may stand for each other from now on. */
    boolean bind(String recorded, String actual) {
        String boundActual = toActual.putIfAbsent(recorded, actual);
        String boundRecorded = toRecorded.putIfAbsent(actual, recorded);
        return (boundActual == null || boundActual.equals(actual))
                && (boundRecorded == null || boundRecorded.equals(recorded));
    }

    /** Compares two texts but for the ids in them. */
    boolean sameText(String recorded, String actual) {
        Matcher expected = ID.matcher(recorded);
        Matcher found = ID.matcher(actual);
        int from = 0;
        int foundFrom = 0;
        while (expected.find()) {
            if (!found.find()
                    || !recorded.substring(from, expected.start()).equals(actual.substring(foundFrom, found.start()))
                    || !bind(expected.group(), found.group())) {
                return false;
            }
            from = expected.end();
            foundFrom = found.end();
        }
        return recorded.substring(from).equals(actual.substring(foundFrom));
    }

    /** What stands here for the recorded id that ends so. */
    String actual(String end) {
        return toActual.entrySet().stream()
                .filter(bound -> bound.getKey().endsWith(end))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(end + " (expected: the end of an id that was seen)"));
    }

    static boolean holdsId(String text) {
        return ID.matcher(text).find();
    }

    /** The text as this run needs it; ids that nothing here stands for stay. */
    String translate(String recorded) {
        String ids = ID.matcher(recorded)
                .replaceAll(id -> Matcher.quoteReplacement(toActual.getOrDefault(id.group(), id.group())));
        return STATUS_UUID
                .matcher(ids)
                .replaceAll(uuid -> Matcher.quoteReplacement(toActual.getOrDefault(uuid.group(), uuid.group())));
    }
}
