package io.stoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk of a test's own; who is not root passes the test by. */
public final class SmallDisk implements AutoCloseable {

    private final Path place;

    /** @param size as mount has it */
    public SmallDisk(Path place, String size) throws IOException, InterruptedException {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root mounts disks");
        this.place = place;
        run("mount", "-t", "tmpfs", "-o", "size=" + size, "none", place.toString());
    }

    /** Until not a byte more goes onto it. */
    public void fill() throws IOException {
        Path filler = place.resolve("filler");
        assertThatThrownBy(() -> {
                    try (var out = Files.newOutputStream(filler)) {
                        while (true) {
                            out.write(new byte[4096]);
                        }
                    }
                })
                .hasMessageContaining("No space left");
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run("umount", "--lazy", place.toString());
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
