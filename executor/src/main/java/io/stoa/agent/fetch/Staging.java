package io.stoa.agent.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stoa.agent.sandbox.Directories;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where things are until all that was asked for is there: a sandbox that somebody may be using, or that its user may
 * change meanwhile, sees them come in one step each. Used by one thread.
 */
final class Staging implements Closeable {

    /** A log is small. */
    private static final int LOG_MAX_BYTES = 1 << 20;

    private final Destination destination;
    private final Optional<Account> owner;
    private final Path directory;
    private final StringBuilder log = new StringBuilder();

    /** @param owner whom the files are for; empty: the agent's own account */
    Staging(Destination destination, Optional<Account> owner) throws IOException {
        this.destination = destination;
        this.owner = owner;
        this.directory = destination.whole().stage(Optional.empty());
    }

    SandboxTree tree(FetcherConfig config) throws IOException {
        return new SandboxTree(
                Files.createDirectories(files()),
                owner,
                config.maxBytes(),
                config.maxFiles(),
                destination.volumes().stream().map(Destination.Volume::name).toList());
    }

    private Path files() {
        return directory.resolve("files");
    }

    /** @param name in the sandbox */
    void fetched(String uri, String name) {
        say("Fetched '" + uri + "' to '" + destination.sandbox().resolve(name) + "'");
    }

    private void say(String line) {
        log.append(line).append('\n');
    }

    /** Puts into the sandbox what is there. */
    void deliver() throws IOException {
        if (Files.exists(files())) {
            new VolumeDelivery(destination, owner).deliver(files());
            destination.whole().merge(files(), destination.sandbox());
        }
    }

    /**
     * The same where something is missing, and says so where people look for it: on the sandbox's stderr, unless it has
     * one, which is somebody else's.
     */
    void deliverRest(String why) throws IOException {
        say(why);
        SandboxTree logs =
                new SandboxTree(Files.createDirectory(directory.resolve("logs")), owner, LOG_MAX_BYTES, 2, List.of());
        add(logs, "stdout", InputStream.nullInputStream());
        add(logs, "stderr", new ByteArrayInputStream(log.toString().getBytes(UTF_8)));
        deliver();
    }

    private void add(SandboxTree logs, String name, InputStream content) throws IOException {
        destination.whole().add(logs.file(name, 0644, null, content), destination.sandbox());
    }

    @Override
    public void close() throws IOException {
        Directories.remove(directory);
    }
}
