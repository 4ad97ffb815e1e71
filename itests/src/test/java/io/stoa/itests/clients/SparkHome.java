package io.stoa.itests.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A directory as Spark's distribution unpacks to, of what is in Maven Central. The scripts do what Spark's own do,
 * which are not there: its launcher words the command.
 */
final class SparkHome {

    private static final String SPARK_CLASS = """
            #!/usr/bin/env bash
            set -euo pipefail
            export SPARK_SCALA_VERSION=2.11 SPARK_HOME=$(cd "$(dirname "$0")/.." && pwd)
            mapfile -d '' command < <(java -Xmx64m -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main "$@")
            exec "${command[@]}"
            """;

    private static final String SPARK_SUBMIT = """
            #!/usr/bin/env bash
            exec "$(dirname "$0")/spark-class" org.apache.spark.deploy.SparkSubmit "$@"
            """;

    private SparkHome() {}

    /**
     * @param home does not exist yet
     * @param defaults the lines of {@code conf/spark-defaults.conf}
     */
    static void make(Path home, String defaults) throws IOException {
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("conf"));
        Files.createSymbolicLink(home.resolve("jars"), Client.fetched("spark"));
        Files.writeString(home.resolve("conf/spark-defaults.conf"), defaults);
        script(home.resolve("bin/spark-class"), SPARK_CLASS);
        script(home.resolve("bin/spark-submit"), SPARK_SUBMIT);
    }

    /** The jar of the program in {@code src/test/clients/spark}. */
    static Path program(Path directory) throws IOException {
        Path classes = Files.createDirectories(directory.resolve("program"));
        Path jar = directory.resolve("program.jar");
        tool(
                "javac",
                "-d",
                classes.toString(),
                "-cp",
                jars(Client.fetched("spark")),
                "-nowarn",
                "-proc:none",
                Client.source("spark", "SparkProgram.java").toString());
        tool("jar", "--create", "--file=" + jar, "-C", classes.toString(), ".");
        return jar;
    }

    private static String jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::toString).collect(Collectors.joining(":"));
        }
    }

    private static void tool(String name, String... arguments) {
        int status = ToolProvider.findFirst(name).orElseThrow().run(System.out, System.err, arguments);
        if (status != 0) {
            throw new AssertionError(name + ": ended with " + status + " (expected: 0)");
        }
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
