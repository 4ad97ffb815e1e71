package io.stoa.cli;

import io.stoa.detector.LeadingMaster;
import io.stoa.detector.MasterDetector;
import io.stoa.state.journal.zookeeper.ZooKeeperUrl;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How users name a master. */
final class MasterAddress {

    private static final int DEFAULT_PORT = 5050;
    private static final long DETECTION_TIMEOUT_S = 10;

    private MasterAddress() {}

    /**
     * Finds out who leads, where that is not said.
     *
     * @param address as {@link #parse} takes it, or {@code zk://host:port,.../path}
     * @return {@code http://host:port}
     * @throws CommandException usage, where it is none of these; unreachable, where nobody leads
     */
    static URI resolve(String address) {
        if (!address.startsWith("zk://")) {
            return parse(address);
        }
        CompletableFuture<LeadingMaster> leader = new CompletableFuture<>();
        try (MasterDetector detector = MasterDetector.open(address, seen -> seen.ifPresent(leader::complete))) {
            return parse(leader.get(DETECTION_TIMEOUT_S, TimeUnit.SECONDS).address());
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, "--master: " + e.getMessage());
        } catch (TimeoutException e) {
            throw new CommandException(ExitCode.UNREACHABLE, "no master leads at " + ZooKeeperUrl.parse(address));
        } catch (ExecutionException e) {
            throw new AssertionError("nobody fails it", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.FAILED, "interrupted");
        }
    }

    /**
     * @param address {@code host}, {@code host:port} or {@code http://host:port}
     * @return {@code http://host:port}
     * @throws CommandException usage, where it is none of these
     */
    static URI parse(String address) {
        try {
            URI uri = new URI(address.contains("://") ? address : "http://" + address);
            if ("http".equals(uri.getScheme())
                    && uri.getHost() != null
                    && (uri.getPath().isEmpty() || uri.getPath().equals("/"))) {
                int port = uri.getPort() == -1 ? DEFAULT_PORT : uri.getPort();
                return new URI("http", null, uri.getHost(), port, null, null, null);
            }
        } catch (URISyntaxException e) {
            // told below, in words that fit the command line
        }
        throw new CommandException(
                ExitCode.USAGE,
                "--master: " + address + " (expected: host:port, http://host:port or zk://host:port,.../path)");
    }
}
