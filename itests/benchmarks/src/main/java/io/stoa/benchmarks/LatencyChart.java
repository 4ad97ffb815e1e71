package io.stoa.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Draws latencies over a cluster's size, one step after the other as they were measured, as a picture for a page. */
final class LatencyChart {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 320;
    private static final int LEFT = 60;
    private static final int BOTTOM = 50;
    private static final int TOP = 30;
    private static final int MAX_AGENTS_DIGITS = 4;

    private final List<DescribeBenchmark.Point> points;
    private final double highestMs;
    private final StringBuilder svg = new StringBuilder();

    private LatencyChart(List<DescribeBenchmark.Point> points) {
        this.points = points;
        this.highestMs = Math.ceil(points.stream()
                        .mapToDouble(DescribeBenchmark.Point::p99Ms)
                        .max()
                        .orElse(1)
                * 1.2);
    }

    static void write(Path file, List<DescribeBenchmark.Point> points) throws IOException {
        Files.writeString(file, new LatencyChart(points).draw());
    }

    private String draw() {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">",
                WIDTH, HEIGHT);
        add("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, HEIGHT);
        bars();
        line("#1f77b4", "p50", DescribeBenchmark.Point::p50Ms, 0);
        line("#d62728", "p99", DescribeBenchmark.Point::p99Ms, 1);
        add("<text x=\"8\" y=\"%d\">%.0f ms</text>", TOP + 4, highestMs);
        add("<text x=\"8\" y=\"%d\">0 ms</text>", HEIGHT - BOTTOM);
        add("<text x=\"%d\" y=\"%d\">agents (grey, logarithmic)</text>", LEFT, HEIGHT - 8);
        add("</svg>");
        return svg.toString();
    }

    private void bars() {
        double step = (double) (WIDTH - LEFT - 10) / points.size();
        for (int i = 0; i < points.size(); i++) {
            double height = Math.log10(points.get(i).agents()) / MAX_AGENTS_DIGITS * (HEIGHT - TOP - BOTTOM);
            add(
                    "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"#e8e8e8\"/>",
                    LEFT + i * step + 2, HEIGHT - BOTTOM - height, step - 4, height);
            add(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%,d</text>",
                    LEFT + (i + 0.5) * step, HEIGHT - BOTTOM + 16, points.get(i).agents());
        }
    }

    private void line(String colour, String name, ToDoubleFunction<DescribeBenchmark.Point> value, int row) {
        double step = (double) (WIDTH - LEFT - 10) / points.size();
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < points.size(); i++) {
            double y = HEIGHT - BOTTOM - value.applyAsDouble(points.get(i)) / highestMs * (HEIGHT - TOP - BOTTOM);
            path.append(String.format(Locale.ROOT, "%.1f,%.1f ", LEFT + (i + 0.5) * step, y));
        }
        add(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>",
                path.toString().strip(), colour);
        add("<text x=\"%d\" y=\"16\" fill=\"%s\">%s</text>", LEFT + row * 60, colour, name);
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
