package io.stoa.cli;

import java.net.URI;
import java.net.URISyntaxException;

/** How users name a master. */
final class MasterAddress {

    private static final int DEFAULT_PORT = 5050;

    private MasterAddress() {}

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
