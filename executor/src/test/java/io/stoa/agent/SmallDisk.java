package io.stoa.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A disk of a test's own; who may not mount one passes the test by. */
public final class SmallDisk implements AutoCloseable {

    /** Who is root may not either in many a container. */
    private static final Pattern REFUSED = Pattern.compile("permission denied|must be superuser");

    private final Path place;

    /** @param size as mount has it */
    public SmallDisk(Path place, String size) throws IOException, InterruptedException {
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
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assumeFalse(REFUSED.matcher(said).find(), said);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
