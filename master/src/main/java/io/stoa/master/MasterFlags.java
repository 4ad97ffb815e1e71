package io.stoa.master;

import io.stoa.flags.Flag;
import io.stoa.flags.FlagSet;
import io.stoa.flags.FlagType;
import io.stoa.flags.ServerFlags;
import io.stoa.mesos.offer.AllocatableMinimum;
import io.stoa.mesos.offer.OfferMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The master's flags: Mesos' names, forms and defaults. */
public final class MasterFlags {

    static final Flag<String> ZK = Flag.of(
            "zk",
            FlagType.TEXT,
            "ZooKeeper that holds the state and elects the leader, zk://host1:port1,host2:port2,.../path or"
                    + " zk://user:password@.... Without it this master is the only one and brings a ZooKeeper of its"
                    + " own, below --work_dir.");
    static final Flag<Duration> ZK_SESSION_TIMEOUT = Flag.of(
                    "zk_session_timeout",
                    FlagType.DURATION,
                    "How long this master may be out of ZooKeeper's reach before another takes over.")
            .withDefault("10secs");
    static final Flag<Path> WORK_DIR = Flag.of("work_dir", FlagType.PATH, "Where the master keeps its data.");
    static final Flag<String> CLUSTER = Flag.of("cluster", FlagType.TEXT, "Name of the cluster, shown to people.");
    static final Flag<Duration> AGENT_PING_TIMEOUT = Flag.of(
                    "agent_ping_timeout", FlagType.DURATION, "How long an agent may take to answer a ping.")
            .withAlias("slave_ping_timeout")
            .withDefault("15secs");
    static final Flag<Integer> MAX_AGENT_PING_TIMEOUTS = Flag.of(
                    "max_agent_ping_timeouts",
                    FlagType.INTEGER,
                    "How many pings in a row an agent may leave without answer before it is unreachable.")
            .withAlias("max_slave_ping_timeouts")
            .withDefault("5");
    static final Flag<Duration> AGENT_REREGISTER_TIMEOUT = Flag.of(
                    "agent_reregister_timeout",
                    FlagType.DURATION,
                    "How long a new leader waits for the agents it knows, and for an agent whose connection broke.")
            .withAlias("slave_reregister_timeout")
            .withDefault("10mins");
    static final Flag<String> AGENT_REMOVAL_RATE_LIMIT = Flag.of(
                    "agent_removal_rate_limit",
                    FlagType.TEXT,
                    "How many agents may become unreachable in which time, 1/10mins or 2/3hrs; as many as there are if"
                            + " not given.")
            .withAlias("slave_removal_rate_limit");
    static final Flag<Duration> REGISTRY_GC_INTERVAL = Flag.of(
                    "registry_gc_interval",
                    FlagType.DURATION,
                    "How often it is looked for agents that are to be forgotten.")
            .withDefault("15mins");
    static final Flag<Duration> REGISTRY_MAX_AGENT_AGE = Flag.of(
                    "registry_max_agent_age",
                    FlagType.DURATION,
                    "For how long an agent that is unreachable or was marked gone is remembered.")
            .withDefault("2weeks");
    static final Flag<Integer> REGISTRY_MAX_AGENT_COUNT = Flag.of(
                    "registry_max_agent_count",
                    FlagType.INTEGER,
                    "How many unreachable agents, and how many that were marked gone, are remembered.")
            .withDefault("102400");
    static final Flag<Integer> MAX_UNREACHABLE_TASKS = Flag.of(
                    "max_unreachable_tasks_per_framework",
                    FlagType.INTEGER,
                    "How many unreachable tasks of one framework are remembered.")
            .withDefault("1000");
    static final Flag<Integer> MAX_COMPLETED_FRAMEWORKS = Flag.of(
                    "max_completed_frameworks", FlagType.INTEGER, "How many frameworks that are gone are shown.")
            .withDefault("50");
    static final Flag<Integer> MAX_COMPLETED_TASKS = Flag.of(
                    "max_completed_tasks_per_framework",
                    FlagType.INTEGER,
                    "How many tasks of one framework that have ended are shown.")
            .withDefault("1000");
    static final Flag<Boolean> REQUIRE_AGENT_DOMAIN = Flag.of(
                    "require_agent_domain", FlagType.BOOLEAN, "Whether only agents with a --domain are let in.")
            .withDefault("false");
    static final Flag<Double> RECOVERY_AGENT_REMOVAL_LIMIT = Flag.of(
                    "recovery_agent_removal_limit",
                    new FlagType<>("percentage", true, MasterFlags::percentage),
                    "Which part of the agents a new leader may give up since they did not come back to it; it ends where"
                            + " more are missing.")
            .withAlias("recovery_slave_removal_limit")
            .withDefault("100%");
    static final Flag<Path> WHITELIST = Flag.of(
            "whitelist",
            FlagType.PATH,
            "File with the hosts whose agents are offered, one a line, read again every five seconds; all if not given"
                    + " or *.");
    static final Flag<String> FAIR_SHARING_EXCLUDED_RESOURCE_NAMES = Flag.of(
            "fair_sharing_excluded_resource_names",
            FlagType.TEXT,
            "Comma separated names of resources that do not count in the shares by which the cluster is divided.");
    static final Flag<String> ROLES =
            Flag.of("roles", FlagType.TEXT, "Comma separated roles; if given, frameworks may be in no other.");
    static final Flag<String> WEIGHTS = Flag.of(
            "weights",
            FlagType.TEXT,
            "Comma separated role=weight: a role's share in the division of the cluster. Only for a state without weights.");
    static final Flag<Duration> ALLOCATION_INTERVAL = Flag.of(
                    "allocation_interval",
                    FlagType.DURATION,
                    "How long resources that came back wait at most until they are offered again.")
            .withDefault("1secs");
    static final Flag<Duration> OFFER_TIMEOUT = Flag.of(
                    "offer_timeout",
                    FlagType.DURATION,
                    "How old an offer may become before it is rescinded. Mesos rescinds none by default.")
            .withDefault("10mins");
    static final Flag<AllocatableMinimum> MIN_ALLOCATABLE_RESOURCES = Flag.of(
                    "min_allocatable_resources",
                    new FlagType<>("quantities", true, AllocatableMinimum::parse),
                    "What an offer must hold at least: alternatives separated by |, each cpus:N;mem:N.")
            .withDefault("cpus:0.01|mem:32");
    static final Flag<Boolean> FILTER_GPU_RESOURCES = Flag.of(
                    "filter_gpu_resources",
                    FlagType.BOOLEAN,
                    "Whether agents with GPUs are offered only to frameworks with the capability GPU_RESOURCES.")
            .withDefault("true");
    static final Flag<OfferMode> OFFERS = Flag.of(
                    "offers",
                    new FlagType<>("exclusive or optimistic", true, OfferMode::parse),
                    "Whether resources are on offer to one framework at a time, as in Mesos, or to several at once,"
                            + " of which the first to accept them gets them. A framework has its own way by the label "
                            + OfferMode.LABEL + ". Not in Mesos.")
            .withDefault("exclusive");
    static final Flag<Long> OFFER_CONSTRAINTS_RE2_MAX_MEM = Flag.of(
                    "offer_constraints_re2_max_mem",
                    FlagType.BYTES,
                    "What a regular expression in a framework's offer constraints may take, at 8 B an instruction.")
            .withDefault("4KB");
    static final Flag<Integer> OFFER_CONSTRAINTS_RE2_MAX_PROGRAM_SIZE = Flag.of(
                    "offer_constraints_re2_max_program_size",
                    FlagType.INTEGER,
                    "How many instructions a regular expression in a framework's offer constraints may compile to.")
            .withDefault("100");
    static final Flag<Boolean> ROOT_SUBMISSIONS = Flag.of(
                    "root_submissions", FlagType.BOOLEAN, "Whether frameworks of user root are let in.")
            .withDefault("true");
    static final Flag<Boolean> REHEARSE = Flag.of(
                    "rehearse",
                    FlagType.BOOLEAN,
                    "Whether a master that starts while another leads lets simulated agents come back to it once, in its own"
                            + " memory, so that it is fast when it has to lead. Takes about a minute of CPU. Not in Mesos.")
            .withDefault("true");
    static final Flag<Boolean> PUBLISH_PER_FRAMEWORK_METRICS = Flag.of(
                    "publish_per_framework_metrics",
                    FlagType.BOOLEAN,
                    "Whether /metrics/snapshot has figures of each framework.")
            .withDefault("true");
    private static final List<Flag<?>> WITHOUT_EFFECT = Stream.of(
                    Flag.withoutEffect(FlagType.BOOLEAN, """
                            authenticate_agents/authenticate_slaves
                            log_auto_initialize
                            registry_strict"""), Flag.withoutEffect(FlagType.TEXT, """
                            allocator
                            allocator_agent_recovery_factor allocator_recovery_timeout
                            authorizers
                            framework_sorter
                            master_contender
                            max_executors_per_agent/max_executors_per_slave
                            max_operator_event_stream_subscribers
                            quorum rate_limits
                            registry registry_fetch_timeout registry_store_timeout role_sorter/user_sorter webui_dir"""))
            .flatMap(List::stream)
            .toList();

    /** All of them. */
    public static final FlagSet ALL = ServerFlags.with("Usage: stoa master [options]", 5050, own());

    private MasterFlags() {}

    /** As a part of one. */
    private static double percentage(String text) {
        String wrong = "Invalid value '" + text + "' for --recovery_agent_removal_percent_limit: ";
        if (!text.endsWith("%")) {
            throw new IllegalArgumentException(wrong + "missing '%'");
        }
        String number = text.substring(0, text.length() - 1);
        try {
            double percent = Double.parseDouble(number);
            if (percent >= 0 && percent <= 100) {
                return percent / 100;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(wrong + "Failed to convert '" + number + "' to number", e);
        }
        throw new IllegalArgumentException(wrong + "Must be within [0%-100%]");
    }

    private static List<Flag<?>> own() {
        List<Flag<?>> own = new ArrayList<>(List.of(
                ZK,
                ZK_SESSION_TIMEOUT,
                WORK_DIR,
                CLUSTER,
                AGENT_PING_TIMEOUT,
                MAX_AGENT_PING_TIMEOUTS,
                AGENT_REREGISTER_TIMEOUT,
                AGENT_REMOVAL_RATE_LIMIT,
                REGISTRY_GC_INTERVAL,
                REGISTRY_MAX_AGENT_AGE,
                REGISTRY_MAX_AGENT_COUNT,
                MAX_UNREACHABLE_TASKS,
                MAX_COMPLETED_FRAMEWORKS,
                MAX_COMPLETED_TASKS,
                REQUIRE_AGENT_DOMAIN,
                RECOVERY_AGENT_REMOVAL_LIMIT,
                WHITELIST,
                FAIR_SHARING_EXCLUDED_RESOURCE_NAMES,
                ROLES,
                WEIGHTS,
                ALLOCATION_INTERVAL,
                OFFER_TIMEOUT,
                MIN_ALLOCATABLE_RESOURCES,
                FILTER_GPU_RESOURCES,
                OFFERS,
                OFFER_CONSTRAINTS_RE2_MAX_MEM,
                OFFER_CONSTRAINTS_RE2_MAX_PROGRAM_SIZE,
                PUBLISH_PER_FRAMEWORK_METRICS,
                REHEARSE,
                ROOT_SUBMISSIONS));
        own.addAll(AuthenticationFlags.ALL);
        own.addAll(WITHOUT_EFFECT);
        return own;
    }
}
