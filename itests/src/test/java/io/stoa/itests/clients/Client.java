package io.stoa.itests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A client library, and the framework that was written on it in {@code src/test/clients}. */
enum Client {

    /** Protobuf, on a Netty and a protobuf of its own time, from Maven Central. */
    MESOS_RXJAVA {
        @Override
        List<String> command() {
            return java("mesos-rxjava", "RxFramework.java");
        }
    },

    /** Mesos' own protocol, libprocess, from Maven Central. */
    JESOS {
        @Override
        List<String> command() {
            return java("jesos", "JesosFramework.java");
        }
    },

    /** JSON, on Node.js, from npm. */
    MESOS_FRAMEWORK {
        @Override
        List<String> command() {
            return List.of(
                    "env",
                    "NODE_PATH=" + FETCHED.resolve("mesos-framework/node_modules"),
                    "node",
                    SOURCES.resolve("mesos-framework/framework.js").toString());
        }
    };

    private static final Path SOURCES = Path.of("src/test/clients").toAbsolutePath();
    private static final Path FETCHED = Path.of("target/clients").toAbsolutePath();
    private static final int FETCH_TIMEOUT_S = 600;

    /** What starts the framework; {@code HOST:PORT ZOOKEEPER NAME [TASK=COMMAND]...} are to follow. */
    abstract List<String> command();

    /** A source on the class path of its client. */
    private static List<String> java(String client, String source) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                fetched(client) + "/*",
                source(client, source).toString());
    }

    /** Gets all of them from their registries, unless they are here. */
    static void fetchAll() throws IOException, InterruptedException {
        fetch();
    }

    /**
     * Gets clients from their registries, unless they are here.
     *
     * @param clients folders of {@code src/test/clients}; none: all that are small
     */
    static void fetch(String... clients) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of("../bin/lib/fetch-clients").toAbsolutePath().toString());
        command.addAll(List.of(clients));
        Process fetch = new ProcessBuilder(command).inheritIO().start();
        try {
            assertThat(fetch.waitFor(FETCH_TIMEOUT_S, TimeUnit.SECONDS)).isTrue();
            assertThat(fetch.exitValue()).isZero();
        } finally {
            fetch.destroy();
        }
    }

    /** Where what was fetched of a client lies. */
    static Path fetched(String client) {
        return FETCHED.resolve(client);
    }

    /** What was written for a client. */
    static Path source(String client, String file) {
        return SOURCES.resolve(client).resolve(file);
    }
}
