package io.stoa.agent.fetch;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Bounds of the fetcher.
 *
 * @param concurrentFetches tasks that are fetched for at the same time, a thread each
 * @param queuedFetches tasks that may wait for a thread; one more is refused
 * @param stallTimeoutMs how long a download may bring nothing, Mesos' {@code --fetcher_stall_timeout}
 * @param maxBytes what one task may bring into its sandbox, downloads and unpacked files together
 * @param maxFiles how many files, directories and links one task may bring into its sandbox
 * @param frameworksHome what relative paths are relative to; empty: there are none
 * @param cache for URIs that may be kept; empty: none is
 */
public record FetcherConfig(
        int concurrentFetches,
        int queuedFetches,
        long stallTimeoutMs,
        long maxBytes,
        int maxFiles,
        String frameworksHome,
        Optional<Cache> cache) {

    /** Without a cache. */
    public static final FetcherConfig STANDARD =
            new FetcherConfig(16, 4096, 60_000, 32L << 30, 1_000_000, "", Optional.empty());

    /**
     * Where URIs are kept that more than one task may want.
     *
     * @param directory the agent's own; made where it is not there, and emptied at every start
     * @param maxBytes of all of them
     */
    public record Cache(Path directory, long maxBytes) {

        public Cache {
            if (maxBytes < 0) {
                throw new IllegalArgumentException("fetcher_cache_size: " + maxBytes + " (expected: >= 0)");
            }
        }
    }

    /** The same with what operators choose. */
    public FetcherConfig with(long newStallTimeoutMs, String newFrameworksHome, Cache newCache) {
        return new FetcherConfig(
                concurrentFetches,
                queuedFetches,
                newStallTimeoutMs,
                maxBytes,
                maxFiles,
                newFrameworksHome,
                Optional.of(newCache));
    }

    public FetcherConfig {
        requirePositive("concurrentFetches", concurrentFetches);
        requirePositive("queuedFetches", queuedFetches);
        requirePositive("stallTimeoutMs", stallTimeoutMs);
        requirePositive("maxBytes", maxBytes);
        requirePositive("maxFiles", maxFiles);
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }
}
