package io.stoa.itests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.cli.demo.DemoCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/**
 * Singularity 1.5.0 as it was released: subscribes, deploys a service, checks its health, and runs a job to its end.
 */
class DemoTest {

    private static final Path STOA_HOME = Path.of("..").toAbsolutePath().normalize();
    private static final int FETCH_TIMEOUT_S = 300;

    @BeforeEach
    void fetchSingularity() throws Exception {
        Process fetch = new ProcessBuilder(
                        STOA_HOME.resolve("bin/lib/fetch-demo").toString())
                .inheritIO()
                .start();
        assertThat(fetch.waitFor(FETCH_TIMEOUT_S, TimeUnit.SECONDS)).isTrue();
        assertThat(fetch.exitValue()).isZero();
        System.setProperty("stoa.home", STOA_HOME.toString());
    }

    @AfterEach
    void forgetHome() {
        System.clearProperty("stoa.home");
    }

    @Test
    @Timeout(600)
    void singularityDeploysAServiceAndRunsAJob() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = new CommandLine(new DemoCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute("--port=0");
        assertThat(exitCode).as("%s%s", out, err).isZero();
        assertThat(out.toString())
                .contains("hello from instance 1", "hello from instance 2", "hello from instance 3", "has finished");
    }
}
