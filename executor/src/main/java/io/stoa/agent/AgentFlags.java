package io.stoa.agent;

import io.stoa.agent.recovery.ReconfigurationPolicy;
import io.stoa.flags.Flag;
import io.stoa.flags.FlagSet;
import io.stoa.flags.FlagType;
import io.stoa.flags.FlagValues;
import io.stoa.flags.ServerAddress;
import io.stoa.flags.ServerFlags;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The agent's flags: Mesos' names, forms and defaults. */
public final class AgentFlags {

    static final Flag<String> MASTER = Flag.of(
                    "master",
                    FlagType.TEXT,
                    "The master: host:port, or zk://host1:port1,host2:port2,.../path where the leader is found.")
            .asRequired();
    static final Flag<Path> WORK_DIR = Flag.of(
                    "work_dir", FlagType.PATH, "Where sandboxes are, and what a restarted agent knows its tasks by.")
            .asRequired();
    static final Flag<Path> RUNTIME_DIR = Flag.of(
                    "runtime_dir", FlagType.PATH, "What running tasks need and a restart of the host ends.")
            .withDefault("/var/run/mesos");
    static final Flag<String> RESOURCES = Flag.of(
                    "resources",
                    FlagType.TEXT,
                    "What this agent offers: cpus:4;mem:1024;ports:[31000-32000] or JSON. Of cpus, mem, disk and ports,"
                            + " what is not given is found out.")
            .withDefault("");
    static final Flag<String> DEFAULT_ROLE = Flag.of("default_role", FlagType.TEXT, "Role of resources that name none.")
            .withDefault("*");
    static final Flag<String> ATTRIBUTES = Flag.of(
                    "attributes", FlagType.TEXT, "Attributes in offers: rack:r1;zone:[1-2];x:1.5.")
            .withDefault("");
    static final Flag<String> CONTAINERIZERS = Flag.of(
                    "containerizers",
                    FlagType.TEXT,
                    "Comma separated ways to run tasks, asked in this order: mesos, docker.")
            .withDefault("mesos");
    static final Flag<Boolean> SWITCH_USER = Flag.of(
                    "switch_user", FlagType.BOOLEAN, "Whether tasks run as their framework's user; needs root.")
            .withDefault("true");
    static final Flag<Duration> REGISTRATION_BACKOFF_FACTOR = Flag.of(
                    "registration_backoff_factor",
                    FlagType.DURATION,
                    "Bound of the random wait before the first registration; doubles with every attempt up to 1 min.")
            .withDefault("1secs");
    static final Flag<Boolean> CLEANUP = Flag.of(
                    "recover",
                    new FlagType<>("text", false, AgentFlags::isCleanup),
                    "What becomes of the tasks of an earlier life: reconnect; cleanup ends them, then the agent.")
            .withDefault("reconnect");
    static final Flag<Boolean> STRICT = Flag.of(
                    "strict",
                    FlagType.BOOLEAN,
                    "Whether damage in what an earlier life wrote down keeps the agent from starting; if not, it goes"
                            + " on with what can be read.")
            .withDefault("true");
    static final Flag<ReconfigurationPolicy> RECONFIGURATION_POLICY = Flag.of(
                    "reconfiguration_policy",
                    new FlagType<>("text", false, ReconfigurationPolicy::of),
                    "What may have changed for an agent to keep its id and its tasks: equal, nothing; additive, it may"
                            + " have more resources and attributes, and a domain where it had none.")
            .withDefault("equal");
    /** All of them. */
    public static final FlagSet FLAGS =
            ServerFlags.with("Usage: stoa agent --master=MASTER --work_dir=DIR [options]", 5051, own());

    private AgentFlags() {}

    private static List<Flag<?>> own() {
        List<Flag<?>> own = new ArrayList<>(List.of(
                MASTER,
                WORK_DIR,
                RUNTIME_DIR,
                RESOURCES,
                DEFAULT_ROLE,
                ATTRIBUTES,
                CONTAINERIZERS,
                SWITCH_USER,
                REGISTRATION_BACKOFF_FACTOR,
                CLEANUP,
                STRICT,
                RECONFIGURATION_POLICY));
        own.addAll(ExecutorFlags.ALL);
        own.addAll(UpkeepFlags.ALL);
        own.addAll(IsolationFlags.ALL);
        own.addAll(DockerFlags.ALL);
        own.addAll(FlagsWithoutEffect.ALL);
        return own;
    }

    private static boolean isCleanup(String text) {
        return switch (text) {
            case "cleanup" -> true;
            case "reconnect" -> false;
            default -> throw new IllegalArgumentException("'" + text + "' (expected: reconnect, cleanup)");
        };
    }

    /**
     * What the flags ask for.
     *
     * @throws IllegalArgumentException with a message for people
     */
    static AgentConfig config(FlagValues values) {
        return new AgentConfig(
                new AgentConfig.Master(
                        values.get(MASTER),
                        values.get(REGISTRATION_BACKOFF_FACTOR).toMillis()),
                new AgentConfig.Places(values.get(WORK_DIR), values.get(RUNTIME_DIR)),
                address(values),
                new AgentConfig.Offer(
                        values.get(RESOURCES),
                        values.get(DEFAULT_ROLE),
                        Attributes.parse(values.get(ATTRIBUTES)),
                        values.find(ServerFlags.DOMAIN)),
                new AgentConfig.Running(
                        Arrays.stream(values.get(CONTAINERIZERS).split(",", -1))
                                .map(String::strip)
                                .toList(),
                        DockerFlags.config(values),
                        values.get(SWITCH_USER),
                        IsolationFlags.config(values),
                        ExecutorFlags.policy(values),
                        ServerFlags.texts(values)),
                new AgentConfig.Recovery(values.get(CLEANUP), values.get(STRICT), values.get(RECONFIGURATION_POLICY)),
                UpkeepFlags.config(values, values.get(WORK_DIR)));
    }

    private static AgentConfig.Address address(FlagValues values) {
        ServerAddress address = ServerAddress.of(values);
        return new AgentConfig.Address(
                new InetSocketAddress(address.listen(), address.port()),
                address.advertised().getHostAddress(),
                address.advertisedPort() == 0 ? address.port() : address.advertisedPort(),
                address.hostname());
    }
}
