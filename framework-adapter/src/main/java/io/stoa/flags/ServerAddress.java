package io.stoa.flags;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/**
 * Where a server listens and is reached.
 *
 * @param listen address to listen at
 * @param port port to listen at; 0: any free one
 * @param advertised address that others reach it at
 * @param advertisedPort port that others reach it at; 0: the one it listens at
 * @param hostname name that people and clients are sent to
 */
public record ServerAddress(InetAddress listen, int port, InetAddress advertised, int advertisedPort, String hostname) {

    private static final Flag<Integer> PORT = Flag.of("port", FlagType.INTEGER, "Port to listen at; 0: any free one.");
    private static final Flag<String> IP =
            Flag.of("ip", FlagType.TEXT, "Address to listen at; all of this machine's if not given.");
    private static final Flag<String> IP_DISCOVERY_COMMAND = Flag.of(
            "ip_discovery_command",
            FlagType.TEXT,
            "Line for the shell that prints the address to listen at, in place of --ip.");
    private static final Flag<String> ADVERTISE_IP =
            Flag.of("advertise_ip", FlagType.TEXT, "Address that others reach this at, where it is not --ip.");
    private static final Flag<Integer> ADVERTISE_PORT =
            Flag.of("advertise_port", FlagType.INTEGER, "Port that others reach this at, where it is not --port.");
    private static final Flag<String> HOSTNAME =
            Flag.of("hostname", FlagType.TEXT, "Name that others are told; looked up from the address if not given.");
    private static final Flag<Boolean> HOSTNAME_LOOKUP = Flag.of(
                    "hostname_lookup",
                    FlagType.BOOLEAN,
                    "Whether the name of this machine is looked up; if not, its address serves as its name.")
            .withDefault("true");

    public ServerAddress {
        checkPort("port", port);
        checkPort("advertise_port", advertisedPort);
    }

    static List<Flag<?>> flags(int defaultPort) {
        return List.of(
                PORT.withDefault(Integer.toString(defaultPort)),
                IP,
                IP_DISCOVERY_COMMAND,
                ADVERTISE_IP,
                ADVERTISE_PORT,
                HOSTNAME,
                HOSTNAME_LOOKUP);
    }

    /** For this machine only. */
    public static ServerAddress local(int port) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        return new ServerAddress(loopback, port, loopback, 0, "127.0.0.1");
    }

    /**
     * What the flags say.
     *
     * @throws IllegalArgumentException with what is wrong, for people
     */
    public static ServerAddress of(FlagValues flags) {
        Optional<InetAddress> listen = listen(flags);
        InetAddress advertised = flags.find(ADVERTISE_IP)
                .map(text -> resolve("advertise_ip", text))
                .or(() -> listen.filter(address -> !address.isAnyLocalAddress()))
                .orElseGet(ServerAddress::thisMachine);
        return new ServerAddress(
                listen.orElseGet(() -> resolve("ip", "0.0.0.0")),
                flags.get(PORT),
                advertised,
                flags.find(ADVERTISE_PORT).orElse(0),
                flags.find(HOSTNAME)
                        .orElseGet(() -> flags.get(HOSTNAME_LOOKUP)
                                ? advertised.getCanonicalHostName()
                                : advertised.getHostAddress()));
    }

    private static Optional<InetAddress> listen(FlagValues flags) {
        Optional<String> command = flags.find(IP_DISCOVERY_COMMAND);
        if (command.isEmpty()) {
            return flags.find(IP).map(text -> resolve("ip", text));
        }
        if (flags.find(IP).isPresent()) {
            throw new IllegalArgumentException("Only one of `--ip` or `--ip_discovery_command` should be specified");
        }
        return Optional.of(resolve("ip_discovery_command", output(command.get())));
    }

    private static void checkPort(String name, int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(name + ": " + port + " (expected: 0 to 65535)");
        }
    }

    private static InetAddress resolve(String flag, String text) {
        try {
            return InetAddress.getAllByName(text)[0];
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(flag + ": '" + text + "' (expected: an address of this machine)", e);
        }
    }

    private static String output(String command) {
        try {
            Process process = new ProcessBuilder("/bin/sh", "-c", command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalArgumentException(
                        "ip_discovery_command: '" + command + "' ended with status " + status + " (expected: 0)");
            }
            return text;
        } catch (IOException e) {
            throw new IllegalArgumentException("ip_discovery_command: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalArgumentException("ip_discovery_command: interrupted", e);
        }
    }

    private static InetAddress thisMachine() {
        try {
            return InetAddress.getLocalHost();
        } catch (UnknownHostException e) {
            return InetAddress.getLoopbackAddress();
        }
    }
}
