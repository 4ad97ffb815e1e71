package io.stoa.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.regex.Pattern;

/** Text for people, in lines of a certain width. */
final class Paragraphs {

    /** What a point of a list begins with; its other lines are indented as far. */
    static final String POINT = "  - ";

    /** Where a line may end: not between a number and its unit. */
    private static final Pattern BREAK = Pattern.compile(" (?!(?:s|min|h|d)\\b)");

    private Paragraphs() {}

    /** @param width in characters; words that are longer stay whole */
    static void print(List<String> paragraphs, PrintWriter out, int width) {
        for (String paragraph : paragraphs) {
            boolean point = paragraph.startsWith(POINT);
            String begin = point ? POINT : "";
            StringBuilder line = new StringBuilder(begin);
            boolean empty = true;
            for (String word : BREAK.split(paragraph.substring(begin.length()), -1)) {
                if (!empty && line.length() + 1 + word.length() > width) {
                    out.println(line);
                    line = new StringBuilder(" ".repeat(begin.length()));
                    empty = true;
                }
                line.append(empty ? "" : " ").append(word);
                empty = false;
            }
            out.println(line);
        }
    }
}
