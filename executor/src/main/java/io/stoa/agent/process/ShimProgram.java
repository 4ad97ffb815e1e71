package io.stoa.agent.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The shim's executable, which is part of this jar for the machine that it was built on.
 *
 * @param file where it was unpacked to
 */
record ShimProgram(Path file) {

    /** Unpacks the shim; shims that run already keep their old file. */
    static ShimProgram unpack(Path directory) throws IOException {
        String name = "stoa-shim-" + System.getProperty("os.arch");
        Files.createDirectories(directory);
        Path file = directory.resolve("stoa-shim").toAbsolutePath();
        Path temporary = Files.createTempFile(directory, "stoa-shim", ".tmp");
        try (InputStream program = ShimProgram.class.getResourceAsStream(name)) {
            if (program == null) {
                throw new IOException("This build holds no shim for this machine: " + name);
            }
            Files.copy(program, temporary, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        return new ShimProgram(file);
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
