package io.stoa.itests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A client library, and the framework that was written on it in {@code src/test/clients}. */
enum Client {

    /** Protobuf, on a Netty and a protobuf of its own time, from Maven Central. */
    MESOS_RXJAVA {
        @Override
        List<String> command() {
            return List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    FETCHED.resolve("mesos-rxjava") + "/*",
                    SOURCES.resolve("mesos-rxjava/RxFramework.java").toString());
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
    private static final int FETCH_TIMEOUT_S = 300;

    /** What starts the framework; {@code HOST:PORT ZOOKEEPER NAME [TASK=COMMAND]...} are to follow. */
    abstract List<String> command();

    /** Gets all of them from their registries, unless they are here. */
    static void fetchAll() throws IOException, InterruptedException {
        Process fetch = new ProcessBuilder(
                        Path.of("../bin/lib/fetch-clients").toAbsolutePath().toString())
                .inheritIO()
                .start();
        try {
            assertThat(fetch.waitFor(FETCH_TIMEOUT_S, TimeUnit.SECONDS)).isTrue();
            assertThat(fetch.exitValue()).isZero();
        } finally {
            fetch.destroy();
        }
    }
}
