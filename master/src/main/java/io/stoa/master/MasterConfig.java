package io.stoa.master;

import io.stoa.flags.FlagValues;
import io.stoa.master.link.LinkConfig;
import io.stoa.mesos.offer.AllocatableMinimum;
import io.stoa.mesos.offer.AllocatorSettings;
import io.stoa.mesos.scheduler.SchedulerConfig;
import io.stoa.state.journal.zookeeper.ZooKeeperUrl;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * How a master runs.
 *
 * @param address where it listens and is reached
 * @param storage where its state is
 * @param links when agents count as lost
 * @param scheduler how it treats frameworks
 * @param allocator how it makes offers; the id in it is replaced in each term
 * @param cluster the cluster's name
 * @param flags as they count, in text form, for {@code /state}
 */
public record MasterConfig(
        Address address,
        Storage storage,
        LinkConfig links,
        SchedulerConfig scheduler,
        AllocatorSettings allocator,
        Optional<String> cluster,
        Map<String, String> flags) {

    public MasterConfig {
        flags = Map.copyOf(flags);
    }

    /**
     * Where a master listens and is reached.
     *
     * @param listen address to listen at
     * @param port port to listen at; 0: any free one
     * @param advertised address that others reach it at
     * @param advertisedPort port that others reach it at; 0: the one it listens at
     * @param hostname name that clients are sent to
     */
    public record Address(InetAddress listen, int port, InetAddress advertised, int advertisedPort, String hostname) {

        public Address {
            checkPort("port", port);
            checkPort("advertise_port", advertisedPort);
        }

        /** A master for this machine only. */
        public static Address local(int port) {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            return new Address(loopback, port, loopback, 0, "127.0.0.1");
        }

        private static void checkPort(String name, int port) {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException(name + ": " + port + " (expected: 0 to 65535)");
            }
        }
    }

    /**
     * Where the state is.
     *
     * @param workDir the master's directory
     * @param zooKeeper an ensemble; empty: one of its own, in {@code workDir}
     * @param sessionTimeoutMs how long ZooKeeper may be out of reach
     */
    public record Storage(Path workDir, Optional<ZooKeeperUrl> zooKeeper, int sessionTimeoutMs) {

        public static final int SESSION_TIMEOUT_MS = 10_000;
    }

    /** Everything at its default, for this machine only. */
    public static MasterConfig local(Path workDir, int port) {
        return new MasterConfig(
                Address.local(port),
                new Storage(workDir, Optional.empty(), Storage.SESSION_TIMEOUT_MS),
                new LinkConfig(15_000, 5, 600_000),
                SchedulerConfig.DEFAULTS,
                AllocatorSettings.of(""),
                Optional.empty(),
                Map.of("work_dir", workDir.toString(), "port", Integer.toString(port)));
    }

    /** @throws IllegalArgumentException with what is wrong, for people */
    static MasterConfig of(FlagValues flags) {
        return new MasterConfig(
                address(flags),
                new Storage(
                        flags.find(MasterFlags.WORK_DIR)
                                .orElseThrow(() -> new IllegalArgumentException(
                                        "--work_dir is missing (expected: a directory for the master's data)")),
                        flags.find(MasterFlags.ZK).map(ZooKeeperUrl::parse),
                        Math.toIntExact(
                                flags.get(MasterFlags.ZK_SESSION_TIMEOUT).toMillis())),
                new LinkConfig(
                        flags.get(MasterFlags.AGENT_PING_TIMEOUT).toMillis(),
                        flags.get(MasterFlags.MAX_AGENT_PING_TIMEOUTS),
                        flags.get(MasterFlags.AGENT_REREGISTER_TIMEOUT).toMillis()),
                new SchedulerConfig(
                        flags.find(MasterFlags.ROLES).map(MasterConfig::roles).orElse(Set.of()),
                        flags.get(MasterFlags.ROOT_SUBMISSIONS),
                        SchedulerConfig.DEFAULTS.heartbeatIntervalMs(),
                        flags.get(MasterFlags.AGENT_REREGISTER_TIMEOUT).toMillis(),
                        SchedulerConfig.DEFAULTS.maxPendingCalls()),
                new AllocatorSettings(
                        "",
                        flags.get(MasterFlags.ALLOCATION_INTERVAL).toMillis(),
                        flags.get(MasterFlags.OFFER_TIMEOUT).toMillis(),
                        flags.find(MasterFlags.WEIGHTS)
                                .map(MasterConfig::weights)
                                .orElse(Map.of()),
                        AllocatableMinimum.parse(flags.get(MasterFlags.MIN_ALLOCATABLE_RESOURCES))),
                flags.find(MasterFlags.CLUSTER),
                texts(flags));
    }

    /** Everybody may read them, so there is no password among them. */
    private static Map<String, String> texts(FlagValues flags) {
        Map<String, String> texts = new TreeMap<>(flags.texts());
        texts.computeIfPresent("zk", (name, text) -> ZooKeeperUrl.parse(text).toString());
        texts.computeIfPresent("credentials", (name, text) -> "***");
        return texts;
    }

    private static Address address(FlagValues flags) {
        Optional<InetAddress> ip = flags.find(MasterFlags.IP).map(text -> resolve("ip", text));
        InetAddress advertised = flags.find(MasterFlags.ADVERTISE_IP)
                .map(text -> resolve("advertise_ip", text))
                .or(() -> ip.filter(address -> !address.isAnyLocalAddress()))
                .orElseGet(MasterConfig::thisMachine);
        return new Address(
                ip.orElseGet(() -> resolve("ip", "0.0.0.0")),
                flags.get(MasterFlags.PORT),
                advertised,
                flags.find(MasterFlags.ADVERTISE_PORT).map(MasterConfig::portOf).orElse(0),
                flags.find(MasterFlags.HOSTNAME)
                        .orElseGet(() -> flags.get(MasterFlags.HOSTNAME_LOOKUP)
                                ? advertised.getCanonicalHostName()
                                : advertised.getHostAddress()));
    }

    private static int portOf(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("advertise_port: '" + text + "' (expected: 1 to 65535)", e);
        }
    }

    private static InetAddress resolve(String flag, String text) {
        try {
            return InetAddress.getAllByName(text)[0];
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(flag + ": '" + text + "' (expected: an address of this machine)", e);
        }
    }

    private static InetAddress thisMachine() {
        try {
            return InetAddress.getLocalHost();
        } catch (UnknownHostException e) {
            return InetAddress.getLoopbackAddress();
        }
    }

    private static Set<String> roles(String text) {
        return Set.of(text.split(",", -1));
    }

    private static Map<String, Double> weights(String text) {
        Map<String, Double> weights = new LinkedHashMap<>();
        for (String pair : text.split(",", -1)) {
            int eq = pair.indexOf('=');
            if (eq < 1) {
                throw new IllegalArgumentException("weights: '" + pair + "' (expected: role=weight)");
            }
            try {
                weights.put(pair.substring(0, eq), Double.valueOf(pair.substring(eq + 1)));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("weights: '" + pair + "' (expected: role=weight)", e);
            }
        }
        return weights;
    }
}
