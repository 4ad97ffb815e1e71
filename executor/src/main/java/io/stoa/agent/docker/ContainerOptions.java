package io.stoa.agent.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.InternetProtocol;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.sun.management.OperatingSystemMXBean;
import io.stoa.agent.container.ContainerId;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.StandardIo;
import io.stoa.agent.container.TaskVolume;
import io.stoa.agent.container.Workload;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.ContainerInfo.DockerInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.Protos.Volume;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a task asks of the engine, by Mesos' rules of what becomes which option of {@code docker run}. */
final class ContainerOptions {

    static final String CONTAINER_LABEL = "io.stoa.container";
    static final String OWNER_LABEL = "io.stoa.agent";
    static final String MAPPED_SANDBOX = "/mnt/mesos/sandbox";

    private static final Logger LOG = LoggerFactory.getLogger(ContainerOptions.class);

    private static final int SHARES_PER_CPU = 1024;
    private static final int MIN_CPU_SHARES = 2;
    private static final long CPU_PERIOD_US = 100_000;
    private static final long MIN_CPU_QUOTA_US = 1_000;
    private static final long MB = 1L << 20;
    private static final long MIN_MEMORY_BYTES = 32 * MB;

    private final ContainerSpec spec;
    private final String owner;
    private final Workload workload;
    private final CommandInfo program;
    private final ContainerInfo container;
    private final DockerInfo docker;

    /** @param owner the agent, by which it knows its containers from those of others */
    ContainerOptions(ContainerSpec spec, String owner) {
        this.spec = spec;
        this.owner = owner;
        workload = spec.workload();
        program = workload.command().orElseThrow();
        container = workload.container().orElseThrow();
        docker = container.getDocker();
    }

    /** By which a container is found again, and by which people know it from other users' of the engine. */
    String name() {
        return name(spec.id());
    }

    static String name(ContainerId container) {
        return "mesos-" + container.value();
    }

    String image() {
        return docker.getImage();
    }

    boolean forcePull() {
        return docker.getForcePullImage();
    }

    boolean onHostNetwork() {
        return networkMode().equals("host");
    }

    /** @throws IllegalArgumentException with a message for people where the task asks for what cannot be */
    CreateContainerCmd applyTo(CreateContainerCmd command) {
        HostConfig host = new HostConfig()
                .withPrivileged(docker.getPrivileged())
                .withNetworkMode(networkMode())
                // Whatever the engine's standard is: this one can be read again after a restart.
                .withLogConfig(new LogConfig(LogConfig.LoggingType.JSON_FILE));
        limit(host);
        ports(command, host);
        arguments(command);
        if (workload.io().kind() == StandardIo.Kind.TERMINAL) {
            command.withTty(true).withStdinOpen(true);
        }
        if (container.hasHostname()) {
            require(!onHostNetwork(), "Unable to set hostname with host network mode");
            command.withHostName(container.getHostname());
        }
        Parameters.Target target = new Parameters.Target(command, host, environment(), new TreeMap<>(), volumes(host));
        Parameters.apply(docker.getParametersList(), target);
        target.labels().put(CONTAINER_LABEL, spec.containerId());
        target.labels().put(OWNER_LABEL, owner);
        target.labels().put("io.stoa.framework", spec.frameworkId());
        target.labels().put("io.stoa.task", workload.name());
        host.withBinds(target.binds());
        return command.withName(name())
                .withLabels(target.labels())
                .withEnv(target.environment().entrySet().stream()
                        .map(variable -> variable.getKey() + "=" + variable.getValue())
                        .toList())
                .withHostConfig(host);
    }

    private String networkMode() {
        if (!docker.hasNetwork()) {
            return "host";
        }
        return switch (docker.getNetwork()) {
            case HOST -> "host";
            case BRIDGE -> "bridge";
            case NONE -> "none";
            case USER -> {
                require(container.getNetworkInfosCount() > 0, "No network info found in container info");
                require(container.getNetworkInfosCount() == 1, "Only a single network can be defined in Docker run");
                require(container.getNetworkInfos(0).hasName(), "No network name found in network info");
                yield container.getNetworkInfos(0).getName();
            }
        };
    }

    private void limit(HostConfig host) {
        double cpus = workload.scalar("cpus");
        host.withCpuShares(Math.max((int) (SHARES_PER_CPU * cpus), MIN_CPU_SHARES));
        Value.Scalar cpuLimit = workload.limits().get("cpus");
        if (cpuLimit != null && Double.isFinite(cpuLimit.getValue())) {
            host.withCpuPeriod(CPU_PERIOD_US)
                    .withCpuQuota(Math.max((long) (CPU_PERIOD_US * cpuLimit.getValue()), MIN_CPU_QUOTA_US));
        }
        long requested = memory(workload.scalar("mem"));
        Value.Scalar memoryLimit = workload.limits().get("mem");
        if (memoryLimit == null) {
            host.withMemory(requested);
        } else {
            host.withMemoryReservation(requested);
            if (Double.isFinite(memoryLimit.getValue())) {
                host.withMemory(memory(memoryLimit.getValue()));
            }
            if (workload.scalar("mem") < memoryLimit.getValue()) {
                host.withOomScoreAdj(oomScore(requested));
            }
        }
    }

    /** Who may take more than was asked for is killed the sooner the less that was. */
    private static int oomScore(long requested) {
        OperatingSystemMXBean machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return (int) (1_000 - 1_000 * requested / machine.getTotalMemorySize());
    }

    private static long memory(double megabytes) {
        return Math.max((long) (megabytes * MB), MIN_MEMORY_BYTES);
    }

    private void ports(CreateContainerCmd command, HostConfig host) {
        if (docker.getPortMappingsCount() == 0) {
            return;
        }
        require(
                !onHostNetwork() && !networkMode().equals("none"),
                "Port mappings are only supported for bridge and user-defined networks");
        require(
                workload.resources().stream()
                        .anyMatch(resource -> resource.getName().equals("ports")),
                "Port mappings require port resources");
        List<PortBinding> bindings = new ArrayList<>();
        for (DockerInfo.PortMapping mapping : docker.getPortMappingsList()) {
            int hostPort = mapping.getHostPort();
            require(hasPort(hostPort), "Port [" + hostPort + "] not included in resources");
            InternetProtocol protocol =
                    mapping.hasProtocol() ? InternetProtocol.parse(mapping.getProtocol()) : InternetProtocol.TCP;
            bindings.add(new PortBinding(
                    Ports.Binding.bindPort(hostPort), new ExposedPort(mapping.getContainerPort(), protocol)));
        }
        command.withExposedPorts(
                bindings.stream().map(PortBinding::getExposedPort).toList());
        host.withPortBindings(bindings);
    }

    private boolean hasPort(int port) {
        return workload.resources().stream()
                .filter(resource -> resource.getName().equals("ports"))
                .map(Resource::getRanges)
                .flatMap(ranges -> ranges.getRangeList().stream())
                .anyMatch(range -> range.getBegin() <= port && port <= range.getEnd());
    }

    private void arguments(CreateContainerCmd command) {
        if (program.getShell()) {
            require(program.hasValue(), "Shell specified but no command value provided");
            // The command is meant for a shell, not for the image's own entry point.
            command.withEntrypoint("/bin/sh").withCmd("-c", program.getValue());
            return;
        }
        List<String> arguments = new ArrayList<>();
        if (program.hasValue()) {
            arguments.add(program.getValue());
        }
        arguments.addAll(program.getArgumentsList());
        if (!arguments.isEmpty()) {
            command.withCmd(arguments);
        }
    }

    /** The agent's paths mean nothing in the image; its own variables stay. */
    private Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>(spec.environment());
        boolean ownPath = program.getEnvironment().getVariablesList().stream()
                .anyMatch(variable -> variable.getName().equals("PATH"));
        if (!ownPath) {
            environment.remove("PATH");
        }
        environment.put("MESOS_SANDBOX", MAPPED_SANDBOX);
        environment.put("MESOS_DIRECTORY", MAPPED_SANDBOX);
        environment.put("MESOS_CONTAINER_NAME", name());
        return environment;
    }

    private List<Bind> volumes(HostConfig host) {
        List<Mount> mounts = new ArrayList<>(List.of(mount(spec.sandbox(), MAPPED_SANDBOX)));
        for (TaskVolume volume : spec.volumes()) {
            mounts.add(mount(volume.source(), MAPPED_SANDBOX + "/" + volume.containerPath())
                    .withReadOnly(volume.readOnly()));
        }
        List<Bind> binds = new ArrayList<>();
        Set<String> drivers = new TreeSet<>();
        for (Volume volume : container.getVolumesList()) {
            require(volume.hasHostPath() || volume.hasSource(), "Host path or volume source is required");
            if (!volume.hasHostPath() && volume.getSource().getType() != Volume.Source.Type.DOCKER_VOLUME) {
                LOG.warn(
                        "Volume ignored container={} type={}",
                        name(),
                        volume.getSource().getType());
                continue;
            }
            if (!volume.hasHostPath() && volume.getSource().getDockerVolume().hasDriver()) {
                drivers.add(volume.getSource().getDockerVolume().getDriver());
            }
            if (isInSandbox(volume)) {
                mounts.add(mount(directory(volume), inside(volume)).withReadOnly(volume.getMode() == Volume.Mode.RO));
                continue;
            }
            binds.add(new Bind(
                    volume.hasHostPath()
                            ? volume.getHostPath()
                            : volume.getSource().getDockerVolume().getName(),
                    new com.github.dockerjava.api.model.Volume(inside(volume)),
                    volume.getMode() == Volume.Mode.RO ? AccessMode.ro : AccessMode.rw));
        }
        require(drivers.size() <= 1, "Only one volume driver is supported");
        volumeDriver().ifPresent(drivers::add);
        require(drivers.size() <= 1, "Only one volume driver per task is supported");
        drivers.forEach(host::withVolumeDriver);
        host.withMounts(mounts);
        return binds;
    }

    /** Not a bind, since its text form takes no colon, which task ids may have. */
    private static Mount mount(Path source, String target) {
        return new Mount()
                .withType(MountType.BIND)
                .withSource(source.toAbsolutePath().toString())
                .withTarget(target);
    }

    private boolean isInSandbox(Volume volume) {
        return volume.hasHostPath()
                && !volume.getHostPath().startsWith("/")
                && volumeDriver().isEmpty();
    }

    /** A mount's source must be there; that of a bind is made by the engine. */
    private Path directory(Volume volume) {
        require(
                volume.getContainerPath().startsWith("/"),
                "Both host_path '" + volume.getHostPath() + "' and container_path '" + volume.getContainerPath()
                        + "' of a volume are relative");
        try {
            return Files.createDirectories(spec.sandbox().resolve(volume.getHostPath()));
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException("Cannot make the volume '" + volume.getHostPath() + "': " + e, e);
        }
    }

    /** The old way to say it, which Mesos still takes. */
    @SuppressWarnings("deprecation")
    private Optional<String> volumeDriver() {
        return docker.hasVolumeDriver() ? Optional.of(docker.getVolumeDriver()) : Optional.empty();
    }

    private static String inside(Volume volume) {
        String path = volume.getContainerPath();
        return path.startsWith("/") ? path : MAPPED_SANDBOX + "/" + path;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
