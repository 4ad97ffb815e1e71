package io.stoa.agent.fetch;

import io.stoa.agent.sandbox.Directories;
import io.stoa.agent.sandbox.TreeRemoval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Downloads that more than one task may want, in files of the agent's own. Each is made once; who comes meanwhile waits
 * for it. Where there is no room, what nobody uses goes, the longest unused first. Soft state: it begins empty. What
 * cannot be kept here is no failure: whoever wants it gets it without the cache.
 */
final class FetchCache {

    private static final Logger LOG = LoggerFactory.getLogger(FetchCache.class);

    private static final int BUFFER_BYTES = 64 * 1024;

    private final Map<Key, Entry> entries = new HashMap<>();
    private final Path directory;
    private final long maxBytes;
    private long usedBytes;
    private long lastNumber;

    /** @param directory made where it is not there, and emptied */
    FetchCache(Path directory, long maxBytes) throws IOException {
        this.directory = directory;
        this.maxBytes = maxBytes;
        String left = TreeRemoval.remove(List.of(directory));
        if (!left.isEmpty()) {
            throw new IOException("Could not empty the fetcher's cache " + directory + ": " + left);
        }
        Directories.make(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    /**
     * What is kept apart: what one user may read, another must not get.
     *
     * @param user empty: the agent's own
     */
    record Key(Optional<String> user, String uri) {}

    /** Where a download comes from. */
    interface Source {

        /** Begins it; called at most once. */
        Content open() throws IOException, InterruptedException;
    }

    private enum Outcome {
        READY,
        /** It cannot be kept here, or not be had at all. */
        USELESS,
        /** Whoever began it does not want it any more. */
        ABANDONED
    }

    private static final class Entry {

        private final Path file;
        private final CompletableFuture<Outcome> loaded = new CompletableFuture<>();
        private long sizeBytes;
        private int users;
        private long lastUse;

        Entry(Path file) {
            this.file = file;
        }

        private boolean isUnused() {
            return users == 0 && loaded.isDone();
        }
    }

    /** A file that stays as long as this is open. */
    final class Lease implements AutoCloseable {

        private final Entry entry;

        private Lease(Entry entry) {
            this.entry = entry;
        }

        Path file() {
            return entry.file;
        }

        @Override
        public void close() {
            release(entry);
        }
    }

    /**
     * Finds what was downloaded before, waits for it, or downloads it.
     *
     * @param wanted false once the caller has no use for it
     * @return empty where it is to be had elsewhere only
     * @throws InterruptedException where it is not wanted any more; others that wait for it download it then
     */
    Optional<Lease> lease(Key key, Source source, BooleanSupplier wanted) throws InterruptedException {
        while (true) {
            Entry entry;
            boolean isNew;
            synchronized (this) {
                isNew = !entries.containsKey(key);
                entry = entries.computeIfAbsent(key, created -> new Entry(directory.resolve("c" + ++lastNumber)));
                entry.users++;
            }
            Outcome outcome = isNew ? load(key, entry, source, wanted) : await(entry);
            if (outcome == Outcome.READY) {
                if (Files.exists(entry.file)) {
                    return Optional.of(new Lease(entry));
                }
                // Somebody tidied up who knows nothing of the cache.
                forget(key, entry);
            }
            release(entry);
            if (outcome == Outcome.USELESS) {
                return Optional.empty();
            }
        }
    }

    private Outcome await(Entry entry) throws InterruptedException {
        try {
            return entry.loaded.get();
        } catch (InterruptedException e) {
            release(entry);
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whatever comes of it, those who wait for it learn. */
    private Outcome load(Key key, Entry entry, Source source, BooleanSupplier wanted) throws InterruptedException {
        Outcome outcome = Outcome.ABANDONED;
        try {
            outcome = download(entry, source) ? Outcome.READY : Outcome.USELESS;
            return outcome;
        } catch (InterruptedException e) {
            release(entry);
            throw e;
        } catch (IOException e) {
            // A download that is closed by its task's end fails as any other.
            if (!wanted.getAsBoolean()) {
                release(entry);
                throw new InterruptedException("Cancelled");
            }
            LOG.warn("Not cached uri={}: {}", key.uri(), e.toString());
            outcome = Outcome.USELESS;
            return outcome;
        } finally {
            if (outcome != Outcome.READY) {
                forget(key, entry);
            }
            entry.loaded.complete(outcome);
        }
    }

    private boolean download(Entry entry, Source source) throws IOException, InterruptedException {
        try (Content content = source.open()) {
            if (content.sizeBytes().isEmpty()
                    || !reserve(entry, content.sizeBytes().getAsLong())) {
                return false;
            }
            long left = entry.sizeBytes;
            try (var out = Files.newOutputStream(entry.file)) {
                byte[] buffer = new byte[BUFFER_BYTES];
                for (int read = content.bytes().read(buffer);
                        read >= 0;
                        read = content.bytes().read(buffer)) {
                    left -= read;
                    if (left < 0) {
                        throw new FetchException("larger than the " + entry.sizeBytes + " bytes it was said to have");
                    }
                    out.write(buffer, 0, read);
                }
            }
            resize(entry, entry.sizeBytes - left);
            return true;
        }
    }

    /** Says no before anything goes. */
    private synchronized boolean reserve(Entry entry, long bytes) {
        List<Map.Entry<Key, Entry>> unused = entries.entrySet().stream()
                .filter(other -> other.getValue().isUnused())
                .sorted(Comparator.comparingLong(other -> other.getValue().lastUse))
                .toList();
        long room = maxBytes - usedBytes;
        int going = 0;
        while (room < bytes && going < unused.size()) {
            room += unused.get(going++).getValue().sizeBytes;
        }
        if (room < bytes) {
            return false;
        }
        unused.subList(0, going).forEach(other -> forget(other.getKey(), other.getValue()));
        entry.sizeBytes = bytes;
        usedBytes += bytes;
        return true;
    }

    private synchronized void resize(Entry entry, long bytes) {
        usedBytes += bytes - entry.sizeBytes;
        entry.sizeBytes = bytes;
    }

    private synchronized void forget(Key key, Entry entry) {
        entries.remove(key, entry);
        usedBytes -= entry.sizeBytes;
        entry.sizeBytes = 0;
        try {
            Files.deleteIfExists(entry.file);
        } catch (IOException e) {
            LOG.warn("Not removed from the cache file={}: {}", entry.file, e.toString());
        }
    }

    private synchronized void release(Entry entry) {
        entry.users--;
        entry.lastUse = ++lastNumber;
    }

    synchronized long usedBytes() {
        return usedBytes;
    }

    long maxBytes() {
        return maxBytes;
    }
}
