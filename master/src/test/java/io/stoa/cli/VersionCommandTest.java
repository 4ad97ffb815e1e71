package io.stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class VersionCommandTest {

    @AutoClose
    private final StubCluster cluster = new StubCluster();

    @Test
    void bothVersionsAreShown() {
        cluster.answer("/version", 200, "{\"version\":\"1.11.0\",\"stoa_version\":\"9\"}");

        StubCluster.Outcome version = cluster.run("version");

        assertThat(version.out()).isEqualTo("""
                client  unknown
                server  9
                mesos   1.11.0
                """);
        assertThat(version.exitCode()).isZero();
    }

    @Test
    void itsOwnVersionNeedsNoMaster() {
        String nobody = StubCluster.nobody();

        StubCluster.Outcome version = cluster.run("version", "-o=json", "--master=" + nobody);

        assertThat(version.out()).isEqualToIgnoringWhitespace("{\"client\":\"unknown\"}");
        assertThat(version.err()).isEqualTo("stoa: no answer from master " + nobody + " (connection refused)\n");
        assertThat(version.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(cluster.run("version", "--client", "--master=" + nobody).exitCode())
                .isZero();
    }
}
