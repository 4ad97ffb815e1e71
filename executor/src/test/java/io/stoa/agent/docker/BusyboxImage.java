package io.stoa.agent.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * An image of this machine's static busybox in the engine, until it is closed.
 *
 * @param name without a tag
 */
record BusyboxImage(String name) implements AutoCloseable {

    private static final List<String> PROGRAMS = List.of(
            "sh",
            "sleep",
            "echo",
            "cat",
            "env",
            "seq",
            "hostname",
            "touch",
            "dd",
            "id",
            "true",
            "httpd",
            "kill",
            "ls",
            "grep",
            "nc",
            "mkdir");

    /** @param config the image's, {@code {"StopSignal":"SIGUSR1"}} */
    static BusyboxImage make(String config) throws IOException {
        String name = "stoa-test-" + UUID.randomUUID();
        byte[] layer = layer("1");
        String manifest =
                "[{\"Config\":\"config.json\",\"RepoTags\":[\"" + name + ":latest\"],\"Layers\":[\"layer.tar\"]}]";
        run(List.of("docker", "load"), tar(archive -> {
            put(archive, "manifest.json", manifest.getBytes(UTF_8), 0100644);
            put(archive, "config.json", config(config, layer), 0100644);
            put(archive, "layer.tar", layer, 0100644);
        }));
        return new BusyboxImage(name);
    }

    /** The description of an image of one layer. */
    static byte[] config(String config, byte[] layer) {
        return ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":" + config
                        + ",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + digest(layer) + "\"]}}")
                .getBytes(UTF_8);
    }

    static String digest(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The whole file system as a tar; {@code /version} holds what is given. No two are the same, nor images of them:
     * what is removed is no other test's.
     */
    static byte[] layer(String version) throws IOException {
        return tar(archive -> {
            put(archive, "bin/busybox", Files.readAllBytes(Path.of("/bin/busybox")), 0100755);
            put(archive, "version", version.getBytes(UTF_8), 0100644);
            put(archive, "unique", UUID.randomUUID().toString().getBytes(UTF_8), 0100644);
            for (String name : PROGRAMS) {
                TarArchiveEntry link = new TarArchiveEntry("bin/" + name, TarConstants.LF_SYMLINK);
                link.setLinkName("busybox");
                archive.putArchiveEntry(link);
                archive.closeArchiveEntry();
            }
        });
    }

    private interface Content {

        void to(TarArchiveOutputStream archive) throws IOException;
    }

    private static byte[] tar(Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream archive = new TarArchiveOutputStream(bytes)) {
            content.to(archive);
        }
        return bytes.toByteArray();
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] content, int mode) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        entry.setMode(mode);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static void run(List<String> command, byte[] input) throws IOException {
        Process docker = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (OutputStream in = docker.getOutputStream()) {
            in.write(input);
        }
        String said = new String(docker.getInputStream().readAllBytes(), UTF_8);
        assertThat(docker.onExit().join().exitValue()).as(said).isZero();
    }

    @Override
    public void close() throws IOException {
        run(List.of("docker", "image", "rm", "--force", name), new byte[0]);
    }
}
