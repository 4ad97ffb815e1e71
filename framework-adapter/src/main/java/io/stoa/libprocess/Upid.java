package io.stoa.libprocess;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who a process is and where: {@code scheduler(1)@10.0.0.7:7070}. Its text is what identifies it.
 *
 * @param id its name at its address, a single segment of a path; visible ASCII
 * @param host an IP address, as libprocess prints it, or a name
 * @param port 1 to 65535
 */
public record Upid(String id, String host, int port) {

    /** More than any library makes, and little enough to be kept with a framework. */
    public static final int MAX_ID_CHARACTERS = 256;

    private static final int MAX_HOST_CHARACTERS = 253;
    private static final Pattern ID = Pattern.compile("[!-~&&[^@/?#]]{1," + MAX_ID_CHARACTERS + "}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1," + MAX_HOST_CHARACTERS + "}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9._-]{1,32})?");
    private static final Pattern TEXT = Pattern.compile("([^@]*)@(?:\\[([^\\]:]*:[^\\]]*)]|([^:]*)):([0-9]{1,5})");

    /** @throws IllegalArgumentException where a part could not stand in a request */
    public Upid {
        if (!isId(id) || !isHost(host) || !isPort(port)) {
            throw new IllegalArgumentException(
                    "pid: '" + id + "@" + host + ":" + port + "' (expected: id@host:port, without spaces or slashes)");
        }
    }

    /**
     * Reads a pid as it stands in a header; what follows it after a space is not looked at, as in libprocess.
     *
     * @return empty where there is none that could be answered
     */
    public static Optional<Upid> parse(String text) {
        String trimmed = text.strip();
        int space = trimmed.indexOf(' ');
        Matcher parts = TEXT.matcher(space < 0 ? trimmed : trimmed.substring(0, space));
        if (!parts.matches()) {
            return Optional.empty();
        }
        String host = parts.group(2) == null ? parts.group(3) : parts.group(2);
        int port = Integer.parseInt(parts.group(4));
        return isId(parts.group(1)) && isHost(host) && isPort(port)
                ? Optional.of(new Upid(parts.group(1), host, port))
                : Optional.empty();
    }

    /** Whether it can be the name of a process. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    private static boolean isHost(String text) {
        return NAME.matcher(text).matches()
                || (text.indexOf(':') >= 0 && IPV6.matcher(text).matches());
    }

    private static boolean isPort(int port) {
        return port > 0 && port <= 0xffff;
    }

    /** The process of another name at the same address. */
    public Upid withId(String other) {
        return new Upid(other, host, port);
    }

    /** {@code host:port}; all processes at one address share a connection. */
    public String address() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /** {@code id@host:port}. */
    @Override
    public String toString() {
        return id + "@" + address();
    }
}
