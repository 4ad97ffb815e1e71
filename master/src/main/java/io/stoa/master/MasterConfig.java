package io.stoa.master;

import io.stoa.authentication.AuthenticationConfig;
import io.stoa.flags.FlagType;
import io.stoa.flags.FlagValues;
import io.stoa.flags.ServerAddress;
import io.stoa.flags.ServerFlags;
import io.stoa.master.link.LinkConfig;
import io.stoa.master.link.RemovalRate;
import io.stoa.master.link.Retention;
import io.stoa.master.operator.History;
import io.stoa.mesos.constraint.RegexLimits;
import io.stoa.mesos.offer.AllocatorSettings;
import io.stoa.mesos.offer.OfferPolicy;
import io.stoa.mesos.scheduler.SchedulerConfig;
import io.stoa.state.journal.zookeeper.ZooKeeperUrl;
import io.stoa.state.resources.Roles;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How a master runs.
 *
 * @param address where it listens and is reached
 * @param storage where its state is
 * @param links when agents count as lost
 * @param scheduler how it treats frameworks
 * @param allocator how it makes offers; the id in it is replaced in each term
 * @param authentication which frameworks have to prove who they are
 * @param history how much of what is over it shows
 * @param rehearses whether it rehearses the return of agents while another leads
 * @param cluster the cluster's name
 * @param flags as they count, in text form, for {@code /state}
 */
public record MasterConfig(
        ServerAddress address,
        Storage storage,
        LinkConfig links,
        SchedulerConfig scheduler,
        AllocatorSettings allocator,
        AuthenticationConfig authentication,
        History.Limits history,
        boolean rehearses,
        Optional<String> cluster,
        Map<String, String> flags) {

    public MasterConfig {
        flags = Map.copyOf(flags);
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
                ServerAddress.local(port),
                new Storage(workDir, Optional.empty(), Storage.SESSION_TIMEOUT_MS),
                new LinkConfig(15_000, 5, 600_000),
                SchedulerConfig.DEFAULTS,
                AllocatorSettings.of(""),
                AuthenticationConfig.NONE,
                History.Limits.DEFAULTS,
                true,
                Optional.empty(),
                Map.of("work_dir", workDir.toString(), "port", Integer.toString(port)));
    }

    /** @throws IllegalArgumentException with what is wrong, for people */
    static MasterConfig of(FlagValues flags) {
        return new MasterConfig(
                ServerAddress.of(flags),
                new Storage(
                        flags.find(MasterFlags.WORK_DIR)
                                .orElseThrow(() -> new IllegalArgumentException(
                                        "--work_dir is missing (expected: a directory for the master's data)")),
                        flags.find(MasterFlags.ZK).map(ZooKeeperUrl::parse),
                        Math.toIntExact(
                                flags.get(MasterFlags.ZK_SESSION_TIMEOUT).toMillis())),
                links(flags),
                new SchedulerConfig(
                        flags.find(MasterFlags.ROLES).map(MasterConfig::roles).orElse(Set.of()),
                        flags.get(MasterFlags.ROOT_SUBMISSIONS),
                        SchedulerConfig.DEFAULTS.heartbeatIntervalMs(),
                        flags.get(MasterFlags.AGENT_REREGISTER_TIMEOUT).toMillis(),
                        new RegexLimits(
                                flags.get(MasterFlags.OFFER_CONSTRAINTS_RE2_MAX_MEM),
                                flags.get(MasterFlags.OFFER_CONSTRAINTS_RE2_MAX_PROGRAM_SIZE)),
                        SchedulerConfig.DEFAULTS.maxPendingCalls()),
                new AllocatorSettings(
                        "",
                        flags.get(MasterFlags.ALLOCATION_INTERVAL).toMillis(),
                        flags.get(MasterFlags.OFFER_TIMEOUT).toMillis(),
                        flags.find(MasterFlags.WEIGHTS)
                                .map(MasterConfig::weights)
                                .orElseGet(TreeMap::new),
                        new OfferPolicy(
                                flags.get(MasterFlags.MIN_ALLOCATABLE_RESOURCES),
                                flags.get(MasterFlags.FILTER_GPU_RESOURCES),
                                flags.find(ServerFlags.DOMAIN),
                                flags.get(MasterFlags.OFFERS),
                                flags.find(MasterFlags.FAIR_SHARING_EXCLUDED_RESOURCE_NAMES)
                                        .map(MasterConfig::names)
                                        .orElse(Set.of())),
                        flags.find(MasterFlags.WHITELIST).filter(file -> !file.equals(Path.of("*")))),
                AuthenticationFlags.config(flags),
                new History.Limits(
                        flags.get(MasterFlags.MAX_COMPLETED_FRAMEWORKS), flags.get(MasterFlags.MAX_COMPLETED_TASKS)),
                flags.get(MasterFlags.REHEARSE),
                flags.find(MasterFlags.CLUSTER),
                ServerFlags.texts(flags));
    }

    private static LinkConfig links(FlagValues flags) {
        return new LinkConfig(
                flags.get(MasterFlags.AGENT_PING_TIMEOUT).toMillis(),
                flags.get(MasterFlags.MAX_AGENT_PING_TIMEOUTS),
                flags.get(MasterFlags.AGENT_REREGISTER_TIMEOUT).toMillis(),
                flags.find(MasterFlags.AGENT_REMOVAL_RATE_LIMIT)
                        .map(MasterConfig::removalRate)
                        .orElse(RemovalRate.UNLIMITED),
                new Retention(
                        flags.get(MasterFlags.REGISTRY_GC_INTERVAL).toMillis(),
                        flags.get(MasterFlags.REGISTRY_MAX_AGENT_AGE).toMillis(),
                        flags.get(MasterFlags.REGISTRY_MAX_AGENT_COUNT),
                        flags.get(MasterFlags.MAX_UNREACHABLE_TASKS)),
                flags.get(MasterFlags.REQUIRE_AGENT_DOMAIN),
                flags.get(MasterFlags.RECOVERY_AGENT_REMOVAL_LIMIT));
    }

    private static RemovalRate removalRate(String text) {
        String[] parts = text.split("/", -1);
        String wrong = "Invalid agent_removal_rate_limit: " + text + ". Format is <Number of agents>/<Duration>";
        if (parts.length != 2) {
            throw new IllegalArgumentException(wrong);
        }
        try {
            return new RemovalRate(
                    FlagType.INTEGER.parser().apply(parts[0]),
                    FlagType.DURATION.parser().apply(parts[1]).toMillis());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(wrong + ": " + e.getMessage(), e);
        }
    }

    private static Set<String> names(String text) {
        return Arrays.stream(text.split(",")).filter(name -> !name.isEmpty()).collect(Collectors.toSet());
    }

    private static Set<String> roles(String text) {
        Set<String> roles = new TreeSet<>();
        for (String role : text.split(",", -1)) {
            if (!role.isEmpty()) {
                Roles.invalidity(role).ifPresent(error -> {
                    throw new IllegalArgumentException("Failed to parse roles: " + error);
                });
                roles.add(role);
            }
        }
        return roles;
    }

    private static SortedMap<String, Double> weights(String text) {
        SortedMap<String, Double> weights = new TreeMap<>();
        for (String pair : text.split(",", -1)) {
            int eq = pair.lastIndexOf('=');
            try {
                String role = pair.substring(0, Math.max(0, eq));
                double weight = Double.parseDouble(pair.substring(eq + 1));
                if (eq < 1 || Roles.invalidity(role).isPresent() || !(weight > 0) || Double.isInfinite(weight)) {
                    throw malformedWeight(pair);
                }
                weights.put(role, weight);
            } catch (NumberFormatException e) {
                throw malformedWeight(pair);
            }
        }
        return weights;
    }

    private static IllegalArgumentException malformedWeight(String pair) {
        return new IllegalArgumentException("weights: '" + pair + "' (expected: role=weight, the weight > 0)");
    }
}
