package io.stoa.master;

import io.stoa.time.Time;
import io.stoa.time.Time.Timer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the file of {@code --whitelist}, a host a line, again and again. What it said last counts while it cannot be
 * read.
 */
final class WhitelistWatch implements AutoCloseable {

    static final long INTERVAL_MS = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(WhitelistWatch.class);

    private final Path file;
    private final Time time;
    private final Executor executor;
    private final Consumer<Set<String>> listener;
    private @Nullable Set<String> hosts;
    private @Nullable Timer next;
    private boolean closed;

    /**
     * @param executor where the file is read
     * @param listener is told the hosts when they were read first, and whenever they are others
     */
    WhitelistWatch(Path file, Time time, Executor executor, Consumer<Set<String>> listener) {
        this.file = file;
        this.time = time;
        this.executor = executor;
        this.listener = listener;
    }

    /** Reads it before it returns. */
    synchronized void start() {
        if (closed) {
            return;
        }
        try {
            Set<String> read = Arrays.stream(Files.readString(file).split("\n"))
                    .filter(line -> !line.isEmpty())
                    .collect(Collectors.toUnmodifiableSet());
            if (!read.equals(hosts)) {
                LOG.info("Whitelist read file={} hosts={}", file, read.size());
                hosts = read;
                listener.accept(read);
            }
        } catch (IOException e) {
            LOG.error("Whitelist not read: {}", e.toString());
        }
        next = time.after(INTERVAL_MS, executor, this::start);
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (next != null) {
            next.cancel();
        }
    }
}
