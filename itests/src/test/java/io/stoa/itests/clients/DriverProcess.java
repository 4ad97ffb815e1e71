package io.stoa.itests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Frameworks in {@code src/test/clients/driver}, with the driver put first on their class path. */
final class DriverProcess {

    private static final int BUILD_TIMEOUT_S = 600;
    private static final String BINDINGS = "driver";

    private DriverProcess() {}

    /** Builds the driver and gets the bindings, unless they are here. */
    static void prepare(String... bindings) throws IOException, InterruptedException {
        Client.fetch(bindings.length == 0 ? new String[] {BINDINGS} : bindings);
        Process build = new ProcessBuilder(
                        Path.of("../bin/lib/build-driver").toAbsolutePath().toString())
                .inheritIO()
                .start();
        try {
            assertThat(build.waitFor(BUILD_TIMEOUT_S, TimeUnit.SECONDS)).isTrue();
            assertThat(build.exitValue()).isZero();
        } finally {
            build.destroy();
        }
    }

    /** The file that frameworks are given. */
    static Path jar() {
        return Path.of("../framework-adapter/driver/target/stoa-driver.jar")
                .toAbsolutePath()
                .normalize();
    }

    /** @param arguments MASTER NAME [ID] */
    static ClientProcess start(Path directory, String... arguments) throws IOException {
        return startProgram(directory, BINDINGS, "DriverFramework.java", arguments);
    }

    /** @param bindings the folder of {@code src/test/clients} whose Mesos classes it uses */
    static ClientProcess startProgram(Path directory, String bindings, String program, String... arguments)
            throws IOException {
        List<String> all = new ArrayList<>(command(bindings, program));
        all.addAll(List.of(arguments));
        return ClientProcess.start(directory, all);
    }

    /** What starts a program. */
    static List<String> command(String bindings, String program) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                jar() + ":" + Client.fetched(bindings) + "/*",
                Client.source("driver", program).toString());
    }
}
