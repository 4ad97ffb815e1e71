package io.stoa.itests.clients;

import io.stoa.itests.DriverJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A page of {@code docs/getting-started}, whose commands are run as they stand there: what a user types is what is
 * tested.
 */
final class Guide {

    private static final Path PAGES = Path.of("../docs/getting-started");
    private static final String INDENT = "    ";
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    private final List<String> blocks;

    private Guide(List<String> blocks) {
        this.blocks = blocks;
    }

    /** @param page its name without {@code .md} */
    static Guide read(String page) throws IOException {
        List<String> blocks = new ArrayList<>();
        StringBuilder block = new StringBuilder();
        for (String line : Files.readAllLines(PAGES.resolve(page + ".md"))) {
            if (line.startsWith(INDENT)) {
                block.append(line.substring(INDENT.length())).append('\n');
            } else if (line.isEmpty()) {
                block.append('\n');
            } else {
                blocks.add(block.toString());
                block.setLength(0);
            }
        }
        blocks.add(block.toString());
        return new Guide(blocks);
    }

    /** The one block of commands, or of a file's lines, that contains some words. */
    String block(String words) {
        List<String> found =
                blocks.stream().filter(block -> block.contains(words)).toList();
        if (found.size() != 1) {
            throw new AssertionError(words + ": in " + found.size() + " blocks of " + blocks + " (expected: 1)");
        }
        return found.get(0);
    }

    /**
     * Runs a block's commands.
     *
     * @param directory where they are typed: {@code bin/stoa} and {@code itests/examples/run} there are the commands of
     *     these tests' classes
     * @param variables of the shell, which the page has the reader set
     */
    ClientProcess run(Path directory, String words, Map<String, String> variables)
            throws IOException, InterruptedException {
        provideCommand(directory);
        provideExamples(directory);
        // The last command gets what is told, and what ends it.
        return ClientProcess.start(directory, List.of("bash", "-euc", block(words)), variables);
    }

    private static void provideCommand(Path directory) throws IOException, InterruptedException {
        provide(
                Files.createDirectories(directory.resolve("bin")).resolve("stoa"),
                "exec " + java() + " -Dstoa.driver='" + DriverJar.path() + "' io.stoa.cli.Stoa \"$@\"\n");
    }

    private static void provideExamples(Path directory) throws IOException {
        provide(Files.createDirectories(directory.resolve("itests/examples")).resolve("run"), """
                case $1 in
                --class-path) echo '%s'; exit ;;
                batch) main=batch.BatchMain ;;
                service) main=service.ServiceMain ;;
                esac
                shift
                exec %s io.stoa.examples.$main "$@"
                """.formatted(
                        CLASS_PATH, java()));
    }

    private static String java() {
        return "'%s' -Xmx256m -XX:TieredStopAtLevel=1 -cp '%s'"
                .formatted(Path.of(System.getProperty("java.home"), "bin", "java"), CLASS_PATH);
    }

    private static void provide(Path command, String script) throws IOException {
        Files.writeString(command, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
