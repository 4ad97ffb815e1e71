package io.stoa.itests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.master.dev.DevMain;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A master that finds only when it is elected that it cannot lead, as one whose files were replaced while it ran. */
@Timeout(180)
class DamagedMasterTest {

    private static final String REASON = "This master cannot go on: java.lang.ClassFormatError";

    @TempDir
    Path directory;

    private Path patches;

    @BeforeEach
    void damage() throws Exception {
        patches = directory.resolve("patches");
        Path term = patches.resolve("io/stoa/master/Term.class");
        Files.createDirectories(term.getParent());
        Files.createFile(term);
    }

    @Test
    void whoeverCannotLeadEndsAndDoesNotStandInTheWay() throws Exception {
        try (Candidates candidates = Candidates.at(directory);
                StoaProcess damaged = candidates.patchedMaster("damaged", patches)) {
            assertThat(damaged.await()).isEqualTo(1);
            assertThat(damaged.said()).contains("Elected id=", REASON);

            try (StoaProcess sound = candidates.master("sound")) {
                assertThat(candidates.awaitLeaderOtherThan(Candidates.awaitAddress(damaged)))
                        .isEqualTo(Candidates.awaitAddress(sound));
            }
        }
    }

    @Test
    void clusterOnOneMachineEndsWithItsMaster() throws Exception {
        try (StoaProcess cluster = StoaProcess.startPatched(
                directory.resolve("log"),
                patches,
                DevMain.class,
                "--agents=1",
                "--port=0",
                "--data=" + directory.resolve("data"))) {
            assertThat(cluster.await()).isEqualTo(1);
            assertThat(cluster.said()).contains(REASON).doesNotContain("Stoa is running");
        }
    }
}
