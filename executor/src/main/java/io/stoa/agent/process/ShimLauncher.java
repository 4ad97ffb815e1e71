package io.stoa.agent.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stoa.agent.sandbox.Directories;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts shims, of the executable that is part of this jar for the machine that it was built on. They are forks of one
 * process, which lives as long as this; launcher.c says why.
 */
final class ShimLauncher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ShimLauncher.class);

    private static final String NAME = "stoa-shim";

    private final Path directory;
    private @Nullable Process process;

    private ShimLauncher(Path directory) {
        this.directory = directory;
    }

    /**
     * Unpacks the shim, unless it is there already; shims that run already keep their old file.
     *
     * @throws IOException with a message for people
     */
    static ShimLauncher unpack(Path directory) throws IOException {
        byte[] program = program();
        Directories.make(directory);
        Path file = directory.resolve(NAME);
        if (!Files.isExecutable(file) || !Arrays.equals(Files.readAllBytes(file), program)) {
            // Other agents of this host may be about to do the same.
            Path temporary = Files.createTempFile(directory, NAME, ".tmp");
            Directories.replace(file, temporary, unpacked -> {
                Files.write(unpacked, program);
                Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rwxr-xr-x"));
            });
        }
        return new ShimLauncher(directory.toAbsolutePath());
    }

    private static byte[] program() throws IOException {
        String name = NAME + "-" + System.getProperty("os.arch");
        try (InputStream program = ShimLauncher.class.getResourceAsStream(name)) {
            if (program == null) {
                throw new IOException("This build holds no shim for this machine: " + name);
            }
            return program.readAllBytes();
        }
    }

    /**
     * Starts a shim with its command; takes about a millisecond.
     *
     * @return the shim's pid
     * @throws IOException with a message for people where nothing was started
     */
    int start(byte[] launch) throws IOException {
        String answer;
        try (SocketChannel channel = connect()) {
            ByteBuffer bytes = ByteBuffer.wrap(launch);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.shutdownOutput();
            answer = new String(Channels.newInputStream(channel).readAllBytes(), UTF_8).strip();
        }
        if (!answer.matches("\\d+")) {
            throw new IOException(answer.isEmpty() ? "The shim ended early" : answer);
        }
        return Integer.parseInt(answer);
    }

    private synchronized SocketChannel connect() throws IOException {
        Process running = process;
        if (running != null && running.isAlive()) {
            try {
                return ShimLoop.open(address(running));
            } catch (IOException e) {
                if (!(e instanceof ConnectException) && Files.exists(address(running))) {
                    throw e;
                }
                // It has ended, which may be known of it a moment later; or somebody removed its address.
                running.destroyForcibly();
                Files.deleteIfExists(address(running));
            }
        }
        running = launch();
        process = running;
        return ShimLoop.open(address(running));
    }

    private Path address(Process launcher) {
        return directory.resolve("launcher-" + launcher.pid());
    }

    private Process launch() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(directory.resolve(NAME).toString(), directory.toString())
                .redirectInput(Redirect.PIPE)
                .redirectErrorStream(true);
        builder.environment().clear();
        Process started = builder.start();
        String said = new String(started.getInputStream().readAllBytes(), UTF_8).strip();
        started.getInputStream().close();
        if (!said.equals("ready")) {
            throw new IOException("Shims cannot be started: " + said);
        }
        LOG.info("Shims can be started launcher={}", started.pid());
        return started;
    }

    /** Returns when nothing is left of it but shims, which live on. */
    @Override
    public synchronized void close() {
        if (process != null) {
            try {
                process.getOutputStream().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            process.onExit().join();
        }
    }
}
