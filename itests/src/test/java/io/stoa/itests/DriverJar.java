package io.stoa.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The driver's jar, as users get it: what {@code bin/stoa driver} builds. */
public final class DriverJar {

    private static final Path BUILD = Path.of("../bin/lib/build-driver").toAbsolutePath();
    private static final Path JAR = Path.of("../framework-adapter/driver/target/stoa-driver.jar")
            .toAbsolutePath()
            .normalize();
    private static final int BUILD_TIMEOUT_S = 600;

    private static boolean built;

    private DriverJar() {}

    /** Builds it first, unless it is newer than its sources; that may take longer than a test. */
    public static synchronized Path path() throws IOException, InterruptedException {
        if (!built) {
            build();
            built = true;
        }
        return JAR;
    }

    private static void build() throws IOException, InterruptedException {
        Process build = new ProcessBuilder(BUILD.toString()).inheritIO().start();
        try {
            assertThat(build.waitFor(BUILD_TIMEOUT_S, TimeUnit.SECONDS))
                    .as("%s ends within %s s", BUILD, BUILD_TIMEOUT_S)
                    .isTrue();
            assertThat(build.exitValue()).as(BUILD.toString()).isZero();
        } finally {
            build.destroy();
        }
    }
}
