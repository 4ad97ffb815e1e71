package io.stoa.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * Rows of the same kind, to be printed as a table for people or as JSON for scripts.
 *
 * @param <T> a row; a record, whose components are the JSON's fields
 */
final class Listing<T> {

    private static final String GAP = "  ";

    /** Below this a column that must shrink says nothing any more. */
    private static final int NARROWEST = 8;

    private record Column<T>(String title, boolean toTheRight, boolean mayShrink, Function<T, String> text) {}

    private final List<T> rows;
    private final List<Column<T>> columns = new ArrayList<>();

    Listing(List<T> rows) {
        this.rows = List.copyOf(rows);
    }

    List<T> rows() {
        return rows;
    }

    Listing<T> text(String title, Function<T, String> text) {
        columns.add(new Column<>(title, false, true, text));
        return this;
    }

    /** What people copy, and what differs in its last letters only: it is never cut. */
    Listing<T> id(String title, Function<T, String> text) {
        columns.add(new Column<>(title, false, false, text));
        return this;
    }

    Listing<T> number(String title, Function<T, String> text) {
        columns.add(new Column<>(title, true, false, text));
        return this;
    }

    /** @param width texts are cut so that lines fit into it, as far as that goes; empty: nothing is cut */
    void printTable(PrintWriter out, OptionalInt width) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(columns.stream().map(Column::title).toList());
        for (T row : rows) {
            lines.add(columns.stream()
                    .map(column -> cell(column.text().apply(row)))
                    .toList());
        }
        int[] widths = new int[columns.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        width.ifPresent(limit -> shrink(widths, limit));
        lines.forEach(line -> out.println(aligned(line, widths)));
    }

    private String aligned(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = cut(cells.get(i), widths[i]);
            String padding = " ".repeat(widths[i] - cell.length());
            line.append(i == 0 ? "" : GAP).append(columns.get(i).toTheRight() ? padding + cell : cell + padding);
        }
        return line.toString().stripTrailing();
    }

    /** Takes from the widest text, one by one, until the line fits or nothing can be taken. */
    private void shrink(int[] widths, int limit) {
        int excess = -limit + GAP.length() * (widths.length - 1);
        for (int width : widths) {
            excess += width;
        }
        for (; excess > 0; excess--) {
            int widest = -1;
            for (int i = 0; i < widths.length; i++) {
                if (columns.get(i).mayShrink() && widths[i] > (widest < 0 ? NARROWEST : widths[widest])) {
                    widest = i;
                }
            }
            if (widest < 0) {
                return;
            }
            widths[widest]--;
        }
    }

    private static String cell(String text) {
        return text.isEmpty() ? "-" : Terminal.oneLine(text);
    }

    private static String cut(String cell, int width) {
        return cell.length() <= width ? cell : cell.substring(0, width - 1) + "…";
    }
}
