package io.stoa.agent.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.LogConfig.LoggingType;
import com.github.dockerjava.api.model.Ulimit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.Parameter;

/** What {@code DockerInfo.parameters} may say: options of {@code docker run}, by their names there. */
final class Parameters {

    /**
     * What parameters change.
     *
     * @param environment of the container
     * @param binds its volumes
     */
    record Target(
            CreateContainerCmd container,
            HostConfig host,
            Map<String, String> environment,
            Map<String, String> labels,
            List<Bind> binds) {}

    private static final Map<String, BiConsumer<Target, List<String>>> KNOWN = new TreeMap<>();

    static {
        many("add-host", (t, values) -> t.host().withExtraHosts(values.toArray(String[]::new)));
        many("cap-add", (t, values) -> t.host().withCapAdd(capabilities(values)));
        many("cap-drop", (t, values) -> t.host().withCapDrop(capabilities(values)));
        one("cgroup-parent", (t, value) -> t.host().withCgroupParent(value));
        one("cpu-period", (t, value) -> t.host().withCpuPeriod(Long.valueOf(value)));
        one("cpu-quota", (t, value) -> t.host().withCpuQuota(Long.valueOf(value)));
        one("cpu-shares", (t, value) -> t.host().withCpuShares(Integer.valueOf(value)));
        one("cpus", (t, value) -> t.host().withNanoCPUs((long) (Double.parseDouble(value) * 1e9)));
        one("cpuset-cpus", (t, value) -> t.host().withCpusetCpus(value));
        one("cpuset-mems", (t, value) -> t.host().withCpusetMems(value));
        many(
                "device",
                (t, values) ->
                        t.host().withDevices(values.stream().map(Device::parse).toList()));
        many("dns", (t, values) -> t.host().withDns(values));
        many("dns-opt", (t, values) -> t.host().withDnsOptions(values));
        many("dns-option", (t, values) -> t.host().withDnsOptions(values));
        many("dns-search", (t, values) -> t.host().withDnsSearch(values));
        one("domainname", (t, value) -> t.container().withDomainName(value));
        one("entrypoint", (t, value) -> t.container().withEntrypoint(value));
        many("env", (t, values) -> t.environment().putAll(pairs(values)));
        many("group-add", (t, values) -> t.host().withGroupAdd(values));
        one("hostname", (t, value) -> t.container().withHostName(value));
        one("init", (t, value) -> t.host().withInit(bool(value)));
        one("interactive", (t, value) -> t.container().withStdinOpen(bool(value)));
        one("ip", (t, value) -> t.container().withIpv4Address(value));
        one("ipc", (t, value) -> t.host().withIpcMode(value));
        many("label", (t, values) -> t.labels().putAll(pairs(values)));
        one("log-driver", (t, value) -> logs(t.host()).setType(driver(value)));
        many("log-opt", (t, values) -> logs(t.host()).setConfig(pairs(values)));
        one("mac-address", (t, value) -> t.container().withMacAddress(value));
        one("memory", (t, value) -> t.host().withMemory(bytes(value)));
        one("memory-reservation", (t, value) -> t.host().withMemoryReservation(bytes(value)));
        one("memory-swap", (t, value) -> t.host().withMemorySwap(bytes(value)));
        one("memory-swappiness", (t, value) -> t.host().withMemorySwappiness(Long.valueOf(value)));
        one("net", (t, value) -> t.host().withNetworkMode(value));
        one("network", (t, value) -> t.host().withNetworkMode(value));
        many("network-alias", (t, values) -> t.container().withAliases(values));
        one("oom-kill-disable", (t, value) -> t.host().withOomKillDisable(bool(value)));
        one("oom-score-adj", (t, value) -> t.host().withOomScoreAdj(Integer.valueOf(value)));
        one("pid", (t, value) -> t.host().withPidMode(value));
        one("pids-limit", (t, value) -> t.host().withPidsLimit(Long.valueOf(value)));
        one("privileged", (t, value) -> t.host().withPrivileged(bool(value)));
        one("read-only", (t, value) -> t.host().withReadonlyRootfs(bool(value)));
        // Removed is what has ended in any case.
        one("rm", (t, value) -> bool(value));
        one("runtime", (t, value) -> t.host().withRuntime(value));
        many("security-opt", (t, values) -> t.host().withSecurityOpts(values));
        one("shm-size", (t, value) -> t.host().withShmSize(bytes(value)));
        one("stop-signal", (t, value) -> t.container().withStopSignal(value));
        many("sysctl", (t, values) -> t.host().withSysctls(pairs(values)));
        many("tmpfs", (t, values) -> t.host().withTmpFs(pairs(values, ":")));
        one("tty", (t, value) -> t.container().withTty(bool(value)));
        many(
                "ulimit",
                (t, values) -> t.host()
                        .withUlimits(values.stream().map(Parameters::ulimit).toList()));
        one("userns", (t, value) -> t.host().withUsernsMode(value));
        one("user", (t, value) -> t.container().withUser(value));
        one("uts", (t, value) -> t.host().withUtSMode(value));
        many("volume", (t, values) -> values.forEach(value -> t.binds().add(Bind.parse(value))));
        one("volume-driver", (t, value) -> t.host().withVolumeDriver(value));
        one("workdir", (t, value) -> t.container().withWorkingDir(value));
    }

    private Parameters() {}

    private static void one(String name, BiConsumer<Target, String> effect) {
        KNOWN.put(name, (target, values) -> effect.accept(target, values.get(values.size() - 1)));
    }

    private static void many(String name, BiConsumer<Target, List<String>> effect) {
        KNOWN.put(name, effect);
    }

    /** @throws IllegalArgumentException with a message for people, for an unknown name or a malformed value */
    static void apply(List<Parameter> parameters, Target target) {
        Map<String, List<String>> values = parameters.stream()
                .collect(Collectors.groupingBy(
                        Parameter::getKey, TreeMap::new, Collectors.mapping(Parameter::getValue, Collectors.toList())));
        values.forEach((name, given) -> {
            BiConsumer<Target, List<String>> effect = KNOWN.get(name);
            if (effect == null) {
                throw new IllegalArgumentException("Parameter '" + name + "' is not supported (expected: "
                        + String.join(", ", KNOWN.keySet()) + ")");
            }
            try {
                effect.accept(target, given);
            } catch (RuntimeException e) {
                throw new IllegalArgumentException(
                        "Parameter '" + name + "' is malformed: " + String.join(", ", given), e);
            }
        });
    }

    private static LogConfig logs(HostConfig host) {
        return Objects.requireNonNull(host.getLogConfig(), "log configuration");
    }

    private static LoggingType driver(String name) {
        LoggingType driver = LoggingType.fromValue(name);
        if (driver == null) {
            throw new IllegalArgumentException(name);
        }
        return driver;
    }

    private static Capability[] capabilities(List<String> names) {
        UnaryOperator<String> plain =
                name -> name.toUpperCase(Locale.ROOT).startsWith("CAP_") ? name.substring("CAP_".length()) : name;
        return names.stream()
                .map(name -> Capability.valueOf(plain.apply(name).toUpperCase(Locale.ROOT)))
                .toArray(Capability[]::new);
    }

    private static Map<String, String> pairs(List<String> texts) {
        return pairs(texts, "=");
    }

    private static Map<String, String> pairs(List<String> texts, String separator) {
        Map<String, String> pairs = new TreeMap<>();
        for (String text : texts) {
            int at = text.indexOf(separator);
            pairs.put(at < 0 ? text : text.substring(0, at), at < 0 ? "" : text.substring(at + separator.length()));
        }
        return pairs;
    }

    /** {@code nofile=1024:2048} or {@code nofile=1024} for both limits. */
    private static Ulimit ulimit(String text) {
        int at = text.indexOf('=');
        String[] limits = text.substring(at + 1).split(":", 2);
        return new Ulimit(
                text.substring(0, Math.max(at, 0)),
                Long.parseLong(limits[0]),
                Long.parseLong(limits[limits.length - 1]));
    }

    private static boolean bool(String text) {
        return switch (text) {
            case "", "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    /** {@code 1073741824}, {@code 512m}, {@code 1g}; -1 stands for no limit. */
    private static long bytes(String text) {
        String number = text.toLowerCase(Locale.ROOT).replaceFirst("b$", "");
        int shift = switch (number.isEmpty() ? ' ' : number.charAt(number.length() - 1)) {
            case 'k' -> 10;
            case 'm' -> 20;
            case 'g' -> 30;
            default -> 0;
        };
        return Long.parseLong(shift == 0 ? number : number.substring(0, number.length() - 1)) << shift;
    }
}
