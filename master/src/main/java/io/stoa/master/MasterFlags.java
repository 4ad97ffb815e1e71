package io.stoa.master;

import io.stoa.flags.Flag;
import io.stoa.flags.FlagSet;
import io.stoa.flags.FlagType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The master's flags: Mesos' names, forms and defaults. */
public final class MasterFlags {

    static final Flag<String> IP =
            Flag.of("ip", FlagType.TEXT, "Address to listen at; all of this machine's if not given.");
    static final Flag<Integer> PORT = Flag.of("port", FlagType.INTEGER, "Port to listen at; 0: any free one.")
            .withDefault("5050");
    static final Flag<String> ADVERTISE_IP =
            Flag.of("advertise_ip", FlagType.TEXT, "Address that others reach this master at, where it is not --ip.");
    static final Flag<String> ADVERTISE_PORT =
            Flag.of("advertise_port", FlagType.TEXT, "Port that others reach this master at, where it is not --port.");
    static final Flag<String> HOSTNAME =
            Flag.of("hostname", FlagType.TEXT, "Name that clients are sent to; looked up if not given.");
    static final Flag<Boolean> HOSTNAME_LOOKUP = Flag.of(
                    "hostname_lookup",
                    FlagType.BOOLEAN,
                    "Whether the name of this machine is looked up; if not, its address serves as its name.")
            .withDefault("true");
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
                    "How long a new leader waits for the agents it knows.")
            .withAlias("slave_reregister_timeout")
            .withDefault("10mins");
    static final Flag<String> ROLES =
            Flag.of("roles", FlagType.TEXT, "Comma separated roles; if given, frameworks may be in no other.");
    static final Flag<String> WEIGHTS = Flag.of(
            "weights", FlagType.TEXT, "Comma separated role=weight: a role's share in the division of the cluster.");
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
    static final Flag<String> MIN_ALLOCATABLE_RESOURCES = Flag.of(
                    "min_allocatable_resources",
                    FlagType.TEXT,
                    "What an offer must hold at least: alternatives separated by |, each cpus:N;mem:N.")
            .withDefault("cpus:0.01|mem:32");
    static final Flag<Boolean> ROOT_SUBMISSIONS = Flag.of(
                    "root_submissions", FlagType.BOOLEAN, "Whether frameworks of user root are let in.")
            .withDefault("true");
    static final Flag<Path> LOG_DIR =
            Flag.of("log_dir", FlagType.PATH, "Where to write master.log as well; only to stderr if not given.");
    static final Flag<String> LOGGING_LEVEL = Flag.of(
                    "logging_level", FlagType.TEXT, "What is logged at least: INFO, WARNING or ERROR.")
            .withDefault("INFO");
    static final Flag<Boolean> QUIET =
            Flag.of("quiet", FlagType.BOOLEAN, "Log nothing to stderr.").withDefault("false");
    static final Flag<Boolean> HELP =
            Flag.of("help", FlagType.BOOLEAN, "Show this.").withDefault("false");
    static final Flag<Boolean> VERSION =
            Flag.of("version", FlagType.BOOLEAN, "Show the version.").withDefault("false");

    private static final String NO_EFFECT = "Accepted, since Mesos has it; without effect.";

    /** What else Mesos' master takes. */
    static final List<Flag<?>> WITHOUT_EFFECT = Stream.concat(
                    Stream.of(
                                    "acls",
                                    "agent_removal_rate_limit",
                                    "allocator",
                                    "allocator_agent_recovery_factor",
                                    "allocator_recovery_timeout",
                                    "authentication_v0_timeout",
                                    "authenticators",
                                    "authorizers",
                                    "credentials",
                                    "domain",
                                    "external_log_file",
                                    "fair_sharing_excluded_resource_names",
                                    "firewall_rules",
                                    "framework_sorter",
                                    "hooks",
                                    "http_authenticators",
                                    "http_framework_authenticators",
                                    "ip_discovery_command",
                                    "logbufsecs",
                                    "master_contender",
                                    "master_detector",
                                    "max_completed_frameworks",
                                    "max_completed_tasks_per_framework",
                                    "max_executors_per_agent",
                                    "max_operator_event_stream_subscribers",
                                    "max_unreachable_tasks_per_framework",
                                    "modules",
                                    "modules_dir",
                                    "offer_constraints_re2_max_mem",
                                    "offer_constraints_re2_max_program_size",
                                    "quorum",
                                    "rate_limits",
                                    "recovery_agent_removal_limit",
                                    "registry",
                                    "registry_fetch_timeout",
                                    "registry_gc_interval",
                                    "registry_max_agent_age",
                                    "registry_max_agent_count",
                                    "registry_store_timeout",
                                    "role_sorter",
                                    "user_sorter",
                                    "webui_dir",
                                    "whitelist")
                            .<Flag<?>>map(name -> Flag.of(name, FlagType.TEXT, NO_EFFECT)),
                    Stream.of(
                                    "authenticate_agents",
                                    "authenticate_frameworks",
                                    "authenticate_http_frameworks",
                                    "authenticate_http_readonly",
                                    "authenticate_http_readwrite",
                                    "filter_gpu_resources",
                                    "initialize_driver_logging",
                                    "log_auto_initialize",
                                    "memory_profiling",
                                    "publish_per_framework_metrics",
                                    "registry_strict",
                                    "require_agent_domain")
                            .<Flag<?>>map(name -> Flag.of(name, FlagType.BOOLEAN, NO_EFFECT)))
            .toList();

    /** All of them. */
    public static final FlagSet ALL = new FlagSet(
            "Usage: stoa master [options]",
            Stream.concat(
                            Stream.of(
                                    IP,
                                    PORT,
                                    ADVERTISE_IP,
                                    ADVERTISE_PORT,
                                    HOSTNAME,
                                    HOSTNAME_LOOKUP,
                                    ZK,
                                    ZK_SESSION_TIMEOUT,
                                    WORK_DIR,
                                    CLUSTER,
                                    AGENT_PING_TIMEOUT,
                                    MAX_AGENT_PING_TIMEOUTS,
                                    AGENT_REREGISTER_TIMEOUT,
                                    ROLES,
                                    WEIGHTS,
                                    ALLOCATION_INTERVAL,
                                    OFFER_TIMEOUT,
                                    MIN_ALLOCATABLE_RESOURCES,
                                    ROOT_SUBMISSIONS,
                                    LOG_DIR,
                                    LOGGING_LEVEL,
                                    QUIET,
                                    HELP,
                                    VERSION),
                            WITHOUT_EFFECT.stream())
                    .toList());

    private MasterFlags() {}
}
