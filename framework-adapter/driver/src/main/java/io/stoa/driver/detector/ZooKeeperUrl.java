package io.stoa.driver.detector;

import org.jspecify.annotations.Nullable;

/** {@code zk://user:password@host:port,host:port/path}. */
final class ZooKeeperUrl {

    private final String servers;
    private final String path;
    private final @Nullable String credentials;

    private ZooKeeperUrl(String servers, String path, @Nullable String credentials) {
        this.servers = servers;
        this.path = path;
        this.credentials = credentials;
    }

    static ZooKeeperUrl parse(String url) {
        String rest = url.substring("zk://".length());
        int slash = rest.indexOf('/', rest.lastIndexOf('@') + 1);
        String path = slash < 0 ? "/" : withoutLastSlashes(rest.substring(slash));
        if (path.equals("/")) {
            throw new IllegalArgumentException("Expecting a (chroot) path for ZooKeeper ('/' is not supported)");
        }
        String authority = rest.substring(0, slash);
        int at = authority.lastIndexOf('@');
        String servers = authority.substring(at + 1);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("servers in the ZooKeeper URL: none (expected: host:port,...)");
        }
        return new ZooKeeperUrl(servers, path, at < 0 ? null : authority.substring(0, at));
    }

    private static String withoutLastSlashes(String path) {
        int end = path.length();
        while (end > 1 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    String servers() {
        return servers;
    }

    String path() {
        return path;
    }

    /** {@code user:password} of the digest scheme. */
    @Nullable
    String credentials() {
        return credentials;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "zk://" + servers + path;
    }
}
