package io.stoa.agent.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stoa.agent.sandbox.Directories;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/**
 * The shim's executable, which is part of this jar for the machine that it was built on.
 *
 * @param file where it was unpacked to
 */
record ShimProgram(Path file) {

    /**
     * Unpacks the shim, unless it is there already; shims that run already keep their old file.
     *
     * @throws IOException with a message for people
     */
    static ShimProgram unpack(Path directory) throws IOException {
        byte[] program = program();
        Directories.make(directory);
        Path file = directory.resolve("stoa-shim").toAbsolutePath();
        if (!Files.isExecutable(file) || !Arrays.equals(Files.readAllBytes(file), program)) {
            // Other agents of this host may be about to do the same.
            Path temporary = Files.createTempFile(directory, "stoa-shim", ".tmp");
            Directories.replace(file, temporary, unpacked -> {
                Files.write(unpacked, program);
                Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rwxr-xr-x"));
            });
        }
        return new ShimProgram(file);
    }

    private static byte[] program() throws IOException {
        String name = "stoa-shim-" + System.getProperty("os.arch");
        try (InputStream program = ShimProgram.class.getResourceAsStream(name)) {
            if (program == null) {
                throw new IOException("This build holds no shim for this machine: " + name);
            }
            return program.readAllBytes();
        }
    }

    /**
     * Starts a shim with its command; takes a few milliseconds.
     *
     * @param runtimeDir the container's
     * @return the shim's pid
     * @throws IOException with a message for people where nothing was started
     */
    int start(Path runtimeDir, byte[] launch) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        file.toString(), runtimeDir.toAbsolutePath().toString())
                .redirectInput(Redirect.PIPE);
        builder.environment().clear();
        Process starter = builder.start();
        try (OutputStream stdin = starter.getOutputStream()) {
            stdin.write(launch);
        }
        String pid = new String(starter.getInputStream().readAllBytes(), UTF_8).strip();
        String error = new String(starter.getErrorStream().readAllBytes(), UTF_8).strip();
        starter.getInputStream().close();
        starter.getErrorStream().close();
        if (pid.isEmpty()) {
            throw new IOException(error.isEmpty() ? "The shim ended early" : error);
        }
        return Integer.parseInt(pid);
    }
}
