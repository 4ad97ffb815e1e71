package io.stoa.driver.http;

import java.util.Locale;
import java.util.Objects;

/** Where a v1 API is: {@code http://host:port/path}. */
public final class Endpoint {

    private static final String SCHEME = "http://";
    private static final int MAX_PORT = 65_535;

    private final String host;
    private final int port;
    private final String path;

    /**
     * @param host name or address; of IPv6 without brackets
     * @param path begins with a slash
     */
    public Endpoint(String host, int port, String path) {
        if (host.isEmpty() || !visible(host)) {
            throw new IllegalArgumentException("host: '" + host + "' (expected: a name or an address)");
        }
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1 to " + MAX_PORT + ")");
        }
        if (!path.startsWith("/") || !visible(path)) {
            throw new IllegalArgumentException(
                    "path: '" + path + "' (expected: one that begins with /, without spaces)");
        }
        this.host = host;
        this.port = port;
        this.path = path;
    }

    /**
     * Reads {@code host}, {@code host:port}, {@code [v6]:port}, or one of them behind {@code http://}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Endpoint parse(String text, int defaultPort, String path) {
        String authority = text.toLowerCase(Locale.ROOT).startsWith(SCHEME) ? text.substring(SCHEME.length()) : text;
        if (authority.endsWith("/")) {
            authority = authority.substring(0, authority.length() - 1);
        }
        int bracket = authority.indexOf(']');
        int colon = authority.indexOf(':', Math.max(bracket, 0));
        String host = colon < 0 ? authority : authority.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.indexOf('/') >= 0 || host.indexOf('@') >= 0 || host.indexOf('[') >= 0) {
            throw new IllegalArgumentException("'" + text + "' (expected: host:port or http://host:port)");
        }
        return new Endpoint(host, colon < 0 ? defaultPort : port(text, authority.substring(colon + 1)), path);
    }

    private static int port(String text, String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("port of '" + text + "': '" + digits + "' (expected: a number)", e);
        }
    }

    /**
     * Where an answer 307 sends to: {@code //host:port/…}, {@code http://host:port/…} or {@code /…}.
     *
     * @throws IllegalArgumentException where the location is none of them
     */
    public Endpoint redirectedTo(String location) {
        String rest = location.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                ? location.substring(SCHEME.length() - 2)
                : location;
        if (!rest.startsWith("//")) {
            return new Endpoint(host, port, rest);
        }
        int slash = rest.indexOf('/', 2);
        String authority = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
        return parse(authority, port, slash < 0 ? path : rest.substring(slash));
    }

    /** A name or an address; of IPv6 without brackets. */
    public String host() {
        return host;
    }

    /** 1 to 65535. */
    public int port() {
        return port;
    }

    /** Begins with a slash. */
    public String path() {
        return path;
    }

    /** As it stands in the header {@code Host}. */
    String authority() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    private static boolean visible(String text) {
        return text.chars().allMatch(character -> character > ' ' && character <= '~');
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Endpoint
                && ((Endpoint) other).host.equals(host)
                && ((Endpoint) other).port == port
                && ((Endpoint) other).path.equals(path);
    }

    @Override
    public int hashCode() {
        return Objects.hash(host, port, path);
    }

    @Override
    public String toString() {
        return SCHEME + authority() + path;
    }
}
