package io.stoa.state.journal.zookeeper;

import java.util.Optional;

/**
 * A place in a ZooKeeper ensemble, as Mesos writes it: {@code zk://user:password@host1:2181,host2:2181/path}.
 *
 * @param servers {@code host:port}, comma separated
 * @param path absolute, below the root, without a slash at its end
 * @param credentials {@code user:password} for the scheme {@code digest}
 */
public record ZooKeeperUrl(String servers, String path, Optional<String> credentials) {

    public static final String SCHEME = "zk://";

    /** @throws IllegalArgumentException with what is wrong */
    public static ZooKeeperUrl parse(String text) {
        String trimmed = text.trim();
        if (!trimmed.startsWith(SCHEME)) {
            throw new IllegalArgumentException("ZooKeeper URL: '" + text + "' (expected: zk://host:port,.../path)");
        }
        String rest = trimmed.substring(SCHEME.length());
        int at = rest.indexOf('@');
        Optional<String> credentials = at < 0 ? Optional.empty() : Optional.of(rest.substring(0, at));
        String place = rest.substring(at + 1);
        int slash = place.indexOf('/');
        String servers = slash < 0 ? place : place.substring(0, slash);
        String path = slash < 0 ? "" : place.substring(slash).replaceAll("/+$", "");
        if (servers.isEmpty()
                || credentials.filter(pair -> pair.indexOf(':') < 1).isPresent()) {
            throw new IllegalArgumentException(
                    "ZooKeeper URL: '" + masked(text) + "' (expected: zk://user:password@host:port,.../path)");
        }
        if (path.isEmpty()) {
            throw new IllegalArgumentException(
                    "ZooKeeper URL: '" + masked(text) + "' has no path (expected: one such as /mesos)");
        }
        return new ZooKeeperUrl(servers, path, credentials);
    }

    /** Shows no password. */
    @Override
    public String toString() {
        return SCHEME + (credentials.isPresent() ? "***@" : "") + servers + path;
    }

    private static String masked(String text) {
        return text.replaceFirst("//.*@", "//***@");
    }
}
