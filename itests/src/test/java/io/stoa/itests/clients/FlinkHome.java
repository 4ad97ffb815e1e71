package io.stoa.itests.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory as Flink's distribution unpacks to, of what is in Maven Central. The scripts do what Flink's own do,
 * which are not there: all jars in {@code lib} come before Flink, and {@code env.java.opts} counts.
 */
final class FlinkHome {

    private static final String CONFIG = """
            FLINK_HOME=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
            export FLINK_BIN_DIR=$FLINK_HOME/bin FLINK_CONF_DIR=$FLINK_HOME/conf
            export FLINK_LIB_DIR=$FLINK_HOME/lib FLINK_PLUGINS_DIR=$FLINK_HOME/plugins
            class_path=$(find "$FLINK_LIB_DIR" -name '*.jar' ! -name 'flink-mesos*' | sort | tr '\\n' ':')
            read -ra opts < <(sed -n 's/^env.java.opts: *//p' "$FLINK_CONF_DIR/flink-conf.yaml")
            opts+=(-Dlog4j.configurationFile=file:"$FLINK_CONF_DIR/log4j.properties" -XX:TieredStopAtLevel=1)
            opts+=(-cp "$class_path$(echo "$FLINK_LIB_DIR"/flink-mesos*)")
            """;

    private static final String SCRIPT = """
            #!/usr/bin/env bash
            . "$(dirname "$0")/config.sh"
            exec java %s "${opts[@]}" %s "$@"
            """;

    /** What it logs is what it says. */
    private static final String LOG = """
            rootLogger.level = INFO
            rootLogger.appenderRef.console.ref = Console
            appender.console.name = Console
            appender.console.type = CONSOLE
            appender.console.layout.type = PatternLayout
            appender.console.layout.pattern = @%m%n
            """;

    private FlinkHome() {}

    /**
     * @param home does not exist yet
     * @param settings the lines of {@code conf/flink-conf.yaml}
     */
    static void make(Path home, String settings) throws IOException {
        for (String folder : List.of("bin", "conf", "lib", "plugins", "examples/streaming")) {
            Files.createDirectories(home.resolve(folder));
        }
        try (Stream<Path> jars = Files.list(Client.fetched("flink"))) {
            for (Path jar : jars.toList()) {
                String name = jar.getFileName().toString();
                Files.copy(
                        jar,
                        home.resolve(name.contains("WordCount") ? "examples/streaming/WordCount.jar" : "lib/" + name));
            }
        }
        Files.writeString(home.resolve("conf/flink-conf.yaml"), settings);
        Files.writeString(home.resolve("conf/log4j.properties"), LOG);
        Files.writeString(home.resolve("bin/config.sh"), CONFIG);
        script(
                home.resolve("bin/mesos-appmaster.sh"),
                "-Xmx400m",
                "org.apache.flink.mesos.entrypoint.MesosSessionClusterEntrypoint");
        script(
                home.resolve("bin/mesos-taskmanager.sh"),
                "$JVM_ARGS",
                "org.apache.flink.mesos.entrypoint.MesosTaskExecutorRunner");
        script(home.resolve("bin/flink"), "-Xmx256m", "org.apache.flink.client.cli.CliFrontend");
    }

    private static void script(Path file, String memory, String main) throws IOException {
        Files.writeString(file, SCRIPT.formatted(memory, main));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
