package io.stoa.detector;

import io.stoa.state.journal.zookeeper.ZooKeeperUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Watches who leads, until it is closed. */
public interface MasterDetector extends AutoCloseable {

    /** Session timeout of Mesos' detectors. */
    int SESSION_TIMEOUT_MS = 10_000;

    /**
     * Begins to watch.
     *
     * @param master {@code host:port}, {@code zk://host:port,.../path}, or {@code file:///path} of a file that holds
     *     one of the two
     * @param listener told who leads, once at first and at every change; empty: nobody that could be seen. Must not
     *     block
     * @throws IllegalArgumentException where the text is none of these
     */
    static MasterDetector open(String master, Consumer<Optional<LeadingMaster>> listener) {
        if (master.startsWith("file://")) {
            return open(contentOf(master), listener);
        }
        if (master.startsWith(ZooKeeperUrl.SCHEME)) {
            return ZooKeeperDetector.open(ZooKeeperUrl.parse(master), SESSION_TIMEOUT_MS, listener);
        }
        listener.accept(Optional.of(fixed(master)));
        return () -> {};
    }

    @Override
    void close();

    private static LeadingMaster fixed(String text) {
        String address = text.trim();
        int colon = address.lastIndexOf(':');
        String host = colon < 0 ? "" : address.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        int port = colon < 0 ? -1 : portOf(address.substring(colon + 1));
        if (host.isEmpty() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException(
                    "master: '" + text + "' (expected: host:port, zk://host:port,.../path or file:///path)");
        }
        return new LeadingMaster(host, port, host, Optional.empty());
    }

    private static int portOf(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static String contentOf(String fileUrl) {
        String path = fileUrl.substring("file://".length());
        try {
            return Files.readString(Path.of(path)).trim();
        } catch (IOException e) {
            throw new IllegalArgumentException("master: cannot read " + path + ": " + e, e);
        }
    }
}
