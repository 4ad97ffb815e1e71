package io.stoa.agent.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stoa.agent.sandbox.Directories;
import io.stoa.agent.sandbox.SharedSandbox;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where things are until all that was asked for is there: a sandbox that somebody may be using, or that its user may
 * change meanwhile, sees them come in one step each. Used by one thread.
 */
final class Staging implements Closeable {

    /** A log is small. */
    private static final int LOG_MAX_BYTES = 1 << 20;

    private final SharedSandbox shared;
    private final Path sandbox;
    private final Optional<Account> owner;
    private final Path directory;
    private final StringBuilder log = new StringBuilder();

    /**
     * @param shared the sandbox, or the one that it is in
     * @param owner whom the files are for; empty: the agent's own account
     */
    Staging(SharedSandbox shared, Path sandbox, Optional<Account> owner) throws IOException {
        this.shared = shared;
        this.sandbox = sandbox;
        this.owner = owner;
        this.directory = shared.stage(Optional.empty());
    }

    SandboxTree tree(FetcherConfig config) throws IOException {
        return new SandboxTree(Files.createDirectories(files()), owner, config.maxBytes(), config.maxFiles());
    }

    private Path files() {
        return directory.resolve("files");
    }

    /** @param name in the sandbox */
    void fetched(String uri, String name) {
        say("Fetched '" + uri + "' to '" + sandbox.resolve(name) + "'");
    }

    private void say(String line) {
        log.append(line).append('\n');
    }

    /** Puts into the sandbox what is there. */
    void deliver() throws IOException {
        if (Files.exists(files())) {
            shared.merge(files(), sandbox);
        }
    }

    /**
     * The same where something is missing, and says so where people look for it: on the sandbox's stderr, unless it has
     * one, which is somebody else's.
     */
    void deliverRest(String why) throws IOException {
        say(why);
        SandboxTree logs = new SandboxTree(Files.createDirectory(directory.resolve("logs")), owner, LOG_MAX_BYTES, 2);
        shared.add(logs.file("stdout", 0644, null, InputStream.nullInputStream()), sandbox);
        shared.add(
                logs.file(
                        "stderr",
                        0644,
                        null,
                        new ByteArrayInputStream(log.toString().getBytes(UTF_8))),
                sandbox);
        deliver();
    }

    @Override
    public void close() throws IOException {
        Directories.remove(directory);
    }
}
