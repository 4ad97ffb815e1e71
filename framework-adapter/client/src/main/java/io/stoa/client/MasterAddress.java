package io.stoa.client;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a master listens.
 *
 * @param host a name or an address, IPv6 in brackets
 * @param port 1 to 65535
 */
public record MasterAddress(String host, int port) {

    public MasterAddress {
        if (host.isEmpty()) {
            throw new IllegalArgumentException("host: '' (expected: a name or an address)");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
        }
    }

    /**
     * @param text {@code host:port}
     * @throws IllegalArgumentException where it is something else
     */
    public static MasterAddress parse(String text) {
        String address = text.strip();
        int colon = address.lastIndexOf(':');
        if (colon > 0) {
            try {
                return new MasterAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
            } catch (NumberFormatException e) {
                throw unexpected(address, e);
            }
        }
        throw unexpected(address, null);
    }

    /**
     * @param text {@code host:port,host:port}
     * @throws IllegalArgumentException where it is something else
     */
    static List<MasterAddress> parseAll(String text) {
        List<MasterAddress> addresses = new ArrayList<>();
        for (String address : text.split(",", -1)) {
            addresses.add(parse(address));
        }
        return addresses;
    }

    private static IllegalArgumentException unexpected(String address, @Nullable NumberFormatException cause) {
        return new IllegalArgumentException("master: '" + address + "' (expected: host:port)", cause);
    }

    /** {@code host:port}. */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
