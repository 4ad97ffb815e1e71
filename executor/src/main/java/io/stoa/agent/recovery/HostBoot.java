package io.stoa.agent.recovery;

import io.stoa.agent.sandbox.Directories;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The boot of the host that the agent lives in, which ends its processes.
 *
 * @param id the kernel's own
 */
public record HostBoot(String id) {

    private static final Path KERNEL = Path.of("/proc/sys/kernel/random/boot_id");

    /** That of now. */
    public static HostBoot current() throws IOException {
        return new HostBoot(Files.readString(KERNEL).strip());
    }

    /** True where the file, which an agent of this work directory wrote, names another one. */
    public boolean isOtherThan(Path file) throws IOException {
        if (Files.notExists(file)) {
            return false;
        }
        String before = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
        // Empty where the host lost power before it was on the disk, which ended that boot, too.
        return !before.equals(id);
    }

    public void save(Path file) throws IOException {
        Directories.writeAtomically(file, id.getBytes(StandardCharsets.UTF_8));
    }
}
