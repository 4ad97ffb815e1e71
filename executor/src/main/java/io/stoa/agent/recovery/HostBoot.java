package io.stoa.agent.recovery;

import io.stoa.agent.sandbox.Directories;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

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

    /**
     * Writes it in the place of what is there, which takes no room: an agent comes back also on a disk that is full. Of
     * what is only half there, {@link #isOtherThan} is true.
     *
     * @throws IOException with a message for people
     */
    public void save(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            byte[] content = id.getBytes(StandardCharsets.UTF_8);
            channel.write(ByteBuffer.wrap(content));
            channel.truncate(content.length);
        } catch (IOException e) {
            throw Directories.notWritten(file, e);
        }
    }
}
