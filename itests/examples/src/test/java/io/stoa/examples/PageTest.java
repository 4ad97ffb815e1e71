package io.stoa.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page that explains these schedulers shows them as they are. What it has the reader type runs in the itests. */
class PageTest {

    private static final Path SOURCES = Path.of("src/main/java/io/stoa/examples");
    private static final Path PAGE = Path.of("../../docs/getting-started/write-your-own-scheduler.md");
    private static final Pattern REGION =
            Pattern.compile("^ *// region \\w+\\n(.*?)\\n *// endregion$", Pattern.MULTILINE | Pattern.DOTALL);

    @Test
    void eachMarkedRegionOfTheSourcesStandsInThePage() throws Exception {
        List<String> regions = regions();
        assertThat(regions).hasSizeGreaterThan(3);
        assertThat(javaBlocks()).containsAll(regions);
    }

    @Test
    void thePageShowsNoOtherJavaThanThatOfTheSources() throws Exception {
        List<String> sources = new ArrayList<>(regions());
        String hello = Files.readString(SOURCES.resolve("HelloScheduler.java"));
        sources.add(hello.substring(hello.indexOf("import ")).strip());
        assertThat(javaBlocks()).containsExactlyInAnyOrderElementsOf(sources);
    }

    private static List<String> regions() throws IOException {
        List<String> regions = new ArrayList<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(file -> {
                Matcher region = REGION.matcher(read(file));
                while (region.find()) {
                    regions.add(dedented(region.group(1)));
                }
            });
        }
        return regions;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without what all lines are indented by. */
    private static String dedented(String text) {
        return text.stripTrailing().stripIndent().strip();
    }

    /** What is indented by four, but for commands and files. */
    private static List<String> javaBlocks() throws IOException {
        List<String> blocks = new ArrayList<>();
        List<String> block = new ArrayList<>();
        for (String line : Files.readAllLines(PAGE)) {
            if (line.isEmpty() || line.startsWith("    ")) {
                block.add(line);
            } else {
                blocks.add(dedented(String.join("\n", block)));
                block.clear();
            }
        }
        blocks.add(dedented(String.join("\n", block)));
        return blocks.stream()
                .filter(text -> text.endsWith("}") && !text.startsWith("["))
                .collect(Collectors.toList());
    }
}
