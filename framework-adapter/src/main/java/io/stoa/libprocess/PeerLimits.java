package io.stoa.libprocess;

/**
 * How much is kept for peers, and for how long. Beyond each the message is refused, or the link is lost; nobody else is
 * disturbed.
 *
 * @param connectTimeoutMs within which a connection has to be there, its name looked up
 * @param unreadTimeoutMs within which a peer has to take a part of what waits for it; a slower one is given up after at
 *     most twice that time
 * @param lingerMs within which a peer has to close a connection that was ended
 * @param maxUnsentBytes of all peers together, apart from what each may always have
 * @param alwaysUnsentBytes what each peer may have waiting whatever waits for the others
 * @param frameworks for connections of links to frameworks
 * @param authentications for connections of links to those who are being authenticated
 * @param unlinked for connections that last no longer than their messages take
 */
public record PeerLimits(
        long connectTimeoutMs,
        long unreadTimeoutMs,
        long lingerMs,
        long maxUnsentBytes,
        long alwaysUnsentBytes,
        Share frameworks,
        Share authentications,
        Share unlinked) {

    public static final PeerLimits STANDARD = new PeerLimits(
            10_000,
            30_000,
            5_000,
            512L << 20,
            1 << 20,
            new Share(4_096, 64L << 20, 100_000),
            new Share(256, 64 << 10, 100),
            new Share(256, 1 << 20, 1_000));

    /** Where few files may be open, some frameworks are still heard. */
    private static final int FEWEST_FRAMEWORKS = 64;

    /**
     * As many connections as a process may have that has other things to open, too: at most a quarter of them, but for
     * the fewest that it cannot do without. It is frameworks that there are fewer of then.
     *
     * @param maxFiles how many files and connections the process may have open together
     */
    public PeerLimits within(long maxFiles) {
        long left = maxFiles / 4 - authentications.maxConnections - unlinked.maxConnections;
        int places = (int) Math.min(frameworks.maxConnections, Math.max(FEWEST_FRAMEWORKS, left));
        return new PeerLimits(
                connectTimeoutMs,
                unreadTimeoutMs,
                lingerMs,
                maxUnsentBytes,
                alwaysUnsentBytes,
                new Share(places, frameworks.maxUnsentBytes, frameworks.maxUnsentMessages),
                authentications,
                unlinked);
    }

    /**
     * What connections of one kind may have.
     *
     * @param maxConnections open or being opened at the same time
     * @param maxUnsentBytes of each
     * @param maxUnsentMessages of each
     */
    public record Share(int maxConnections, long maxUnsentBytes, int maxUnsentMessages) {}
}
