package io.stoa.agent.fetch;

import io.stoa.time.Time;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches with the JDK's HTTP client, one task a thread of a bounded pool, the URIs of a task one after the other. */
public final class UriFetcher implements Fetcher, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UriFetcher.class);

    private final FetcherConfig config;
    private final HttpDownloads downloads;
    private final ThreadPoolExecutor threads;
    private final Optional<FetchCache> cache;
    private final Set<CompletableFuture<Void>> pending = ConcurrentHashMap.newKeySet();
    private final LongAdder succeeded = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /** @throws IOException where the cache's directory cannot be made or emptied */
    public UriFetcher(FetcherConfig config, Time time) throws IOException {
        this.config = config;
        this.cache = config.cache().isPresent()
                ? Optional.of(new FetchCache(
                        config.cache().get().directory(), config.cache().get().maxBytes()))
                : Optional.empty();
        downloads = new HttpDownloads(time, config.stallTimeoutMs());
        AtomicInteger count = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                config.concurrentFetches(),
                config.concurrentFetches(),
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(config.queuedFetches()),
                task -> {
                    Thread thread = new Thread(task, "fetcher-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    @SuppressWarnings("CollectionUndefinedEquality") // Which future it is counts, not what it holds.
    public CompletableFuture<Void> fetch(List<CommandInfo.URI> uris, Destination destination) {
        if (uris.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> result = new CompletableFuture<>();
        pending.add(result);
        result.whenComplete((done, failure) -> {
            pending.removeIf(CompletableFuture::isDone);
            (failure == null ? succeeded : failed).increment();
        });
        try {
            Future<?> work = threads.submit(() -> fetch(uris, destination, result));
            result.whenComplete((done, failure) -> {
                if (result.isCancelled()) {
                    work.cancel(true);
                    threads.purge();
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(
                    new FetchException("Failed to fetch: " + config.queuedFetches() + " tasks wait for it already", e));
        }
        return result;
    }

    /** Adds Mesos' figures. */
    public void addTo(SortedMap<String, Double> figures) {
        figures.put("containerizer/fetcher/task_fetches_succeeded", succeeded.doubleValue());
        figures.put("containerizer/fetcher/task_fetches_failed", failed.doubleValue());
        figures.put("containerizer/fetcher/cache_size_total_bytes", (double)
                cache.map(FetchCache::maxBytes).orElse(0L));
        figures.put("containerizer/fetcher/cache_size_used_bytes", (double)
                cache.map(FetchCache::usedBytes).orElse(0L));
    }

    /** Ends what is under way. */
    @Override
    public void close() {
        threads.shutdown();
        pending.forEach(fetch -> fetch.cancel(true));
    }

    private void fetch(List<CommandInfo.URI> uris, Destination destination, CompletableFuture<Void> result) {
        try {
            Optional<Account> owner = Account.other(destination.user());
            Optional<String> reader = owner.isPresent() ? destination.user() : Optional.empty();
            try (Staging staging = new Staging(destination, owner)) {
                fetch(uris, staging, reader, result);
            }
            result.complete(null);
        } catch (InterruptedException e) {
            // Only cancelling interrupts, and then the result is there already.
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            result.completeExceptionally(failure(destination.sandbox(), e));
        } catch (Error e) {
            // Also what nobody expects, as a library that is missing, is not to leave the task waiting.
            result.completeExceptionally(failure(destination.sandbox(), e));
            throw e;
        }
    }

    private static FetchException failure(Path sandbox, Throwable cause) {
        return new FetchException(
                "Failed to fetch all URIs for container '" + sandbox.getFileName() + "': "
                        + FetchException.reason(cause),
                cause);
    }

    private void fetch(
            List<CommandInfo.URI> uris, Staging staging, Optional<String> reader, CompletableFuture<Void> result)
            throws IOException, InterruptedException {
        try {
            fetchAll(uris, staging, reader, result);
            staging.deliver();
        } catch (IOException | RuntimeException | Error e) {
            try {
                requireWanted(result);
                staging.deliverRest(FetchException.reason(e));
            } catch (IOException another) {
                e.addSuppressed(another);
            }
            throw e;
        }
    }

    private void fetchAll(
            List<CommandInfo.URI> uris, Staging staging, Optional<String> reader, CompletableFuture<Void> result)
            throws IOException, InterruptedException {
        List<FetchUri> checked = new ArrayList<>();
        for (CommandInfo.URI uri : uris) {
            checked.add(FetchUri.of(uri, config.frameworksHome()));
        }
        SandboxTree tree = staging.tree(config);
        for (int i = 0; i < checked.size(); i++) {
            String uri = uris.get(i).getValue();
            try {
                fetch(uris.get(i), checked.get(i), tree, reader, result);
            } catch (IOException e) {
                throw new FetchException("Failed to fetch '" + uri + "': " + FetchException.reason(e), e);
            }
            staging.fetched(uri, checked.get(i).fileName());
        }
    }

    private void fetch(
            CommandInfo.URI asked,
            FetchUri uri,
            SandboxTree tree,
            Optional<String> reader,
            CompletableFuture<Void> result)
            throws IOException, InterruptedException {
        Optional<FetchCache.Lease> lease = cache.isPresent() && asked.getCache()
                ? cache.get()
                        .lease(
                                new FetchCache.Key(reader, asked.getValue()),
                                () -> open(uri.source(), reader, result),
                                () -> !result.isDone())
                : Optional.empty();
        if (lease.isPresent()) {
            try (FetchCache.Lease cached = lease.get()) {
                fetchCached(uri, cached.file(), tree, result);
            }
            return;
        }
        Path file;
        try (Content content = open(uri.source(), reader, result)) {
            file = tree.file(uri.fileName(), 0644, null, content.bytes());
        }
        requireWanted(result);
        if (uri.executable()) {
            tree.executable(file);
        } else if (uri.extract()) {
            // What is not an archive stays as it is, also with the flag: it is the default.
            new ArchiveExtractor(tree).extract(file, file.getFileName().toString());
        }
    }

    /** As Mesos does: of an archive in the cache only what is in it comes into the sandbox. */
    private static void fetchCached(FetchUri uri, Path cached, SandboxTree tree, CompletableFuture<Void> result)
            throws IOException, InterruptedException {
        requireWanted(result);
        String name = uri.fileName().substring(uri.fileName().lastIndexOf('/') + 1);
        if (!uri.executable() && uri.extract() && new ArchiveExtractor(tree).extract(cached, name)) {
            return;
        }
        try (InputStream content = Files.newInputStream(cached)) {
            Path file = tree.file(uri.fileName(), 0644, null, content);
            if (uri.executable()) {
                tree.executable(file);
            }
        }
    }

    private static void requireWanted(CompletableFuture<Void> result) throws InterruptedException {
        if (result.isDone()) {
            throw new InterruptedException("Cancelled");
        }
    }

    private static void close(InputStream content) {
        try {
            content.close();
        } catch (IOException e) {
            LOG.debug("Download not closed properly", e);
        }
    }

    private Content open(FetchUri.Source source, Optional<String> reader, CompletableFuture<Void> result)
            throws IOException, InterruptedException {
        Content content = open(source, reader);
        // The JDK's client may swallow the interrupt of a thread that reads a body.
        result.whenComplete((done, failure) -> close(content.bytes()));
        return content;
    }

    private Content open(FetchUri.Source source, Optional<String> reader) throws IOException, InterruptedException {
        if (source instanceof FetchUri.Source.Net net) {
            return downloads.open(net.uri(), config.maxBytes());
        }
        Path path = ((FetchUri.Source.Local) source).path();
        if (!Files.isRegularFile(path)) {
            String why = Files.exists(path) ? "it is not a file" : "No such file or directory";
            throw new FetchException("Failed to copy '" + path + "': " + why);
        }
        InputStream bytes = reader.isPresent() ? OtherUsersFile.open(reader.get(), path) : Files.newInputStream(path);
        return new Content(bytes, OptionalLong.of(Files.size(path)));
    }
}
