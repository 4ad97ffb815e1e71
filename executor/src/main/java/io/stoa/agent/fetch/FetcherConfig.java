package io.stoa.agent.fetch;

/**
 * Bounds of the fetcher.
 *
 * @param concurrentFetches tasks that are fetched for at the same time, a thread each
 * @param queuedFetches tasks that may wait for a thread; one more is refused
 * @param stallTimeoutMs how long a download may bring nothing, Mesos' {@code --fetcher_stall_timeout}
 * @param maxBytes what one task may bring into its sandbox, downloads and unpacked files together
 * @param maxFiles how many files, directories and links one task may bring into its sandbox
 */
public record FetcherConfig(
        int concurrentFetches, int queuedFetches, long stallTimeoutMs, long maxBytes, int maxFiles) {

    public static final FetcherConfig STANDARD = new FetcherConfig(16, 4096, 60_000, 32L << 30, 1_000_000);

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
