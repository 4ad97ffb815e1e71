package io.stoa.itests.golden;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * What a replay of one recording is known to differ in, from {@code golden/known-differences.txt}: a line each, with
 * the recording's number, a text that the difference contains, and the reason, separated by {@code " | "}. A difference
 * with none of these texts is a defect, and so is a line that has become untrue.
 */
record KnownDifferences(List<Known> known) {

    private record Known(String number, String text, String reason) {

        static Known of(String line) {
            String[] columns = line.split(" \\| ", 3);
            return new Known(columns[0], columns[1], columns[2]);
        }

        boolean explains(Difference difference) {
            return difference.toString().contains(text);
        }
    }

    static KnownDifferences of(String recording) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(
                        KnownDifferences.class.getResourceAsStream("/golden/known-differences.txt"), "the list"),
                StandardCharsets.UTF_8))) {
            return new KnownDifferences(lines.lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(Known::of)
                    .filter(known -> recording.startsWith(known.number()))
                    .toList());
        }
    }

    List<Difference> unlisted(List<Difference> differences) {
        return differences.stream()
                .filter(difference -> known.stream().noneMatch(line -> line.explains(difference)))
                .toList();
    }

    /** Lines of the list that explain nothing. */
    List<String> gone(List<Difference> differences) {
        return known.stream()
                .filter(line -> differences.stream().noneMatch(line::explains))
                .map(Known::toString)
                .toList();
    }
}
