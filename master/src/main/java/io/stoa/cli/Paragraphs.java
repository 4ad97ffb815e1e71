package io.stoa.cli;

import java.io.PrintWriter;
import java.util.List;

/** Text for people, in lines of a certain width. */
final class Paragraphs {

    /** What a point of a list begins with; its other lines are indented as far. */
    static final String POINT = "  - ";

    private Paragraphs() {}

    /** @param width in characters; words that are longer stay whole */
    static void print(List<String> paragraphs, PrintWriter out, int width) {
        for (String paragraph : paragraphs) {
            boolean point = paragraph.startsWith(POINT);
            String begin = point ? POINT : "";
            StringBuilder line = new StringBuilder(begin);
            boolean empty = true;
            for (String word : paragraph.substring(begin.length()).split(" ", -1)) {
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
