package io.stoa.agent.process;

import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.TaskVolume;
import io.stoa.agent.fetch.Destination;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.Environment.Variable;
import org.apache.mesos.v1.Protos.Secret;
import org.apache.mesos.v1.Protos.Volume;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The volumes that a container's info asks for, as links in its sandbox. The command's own process makes them, with its
 * user's rights: whatever is in the sandbox already leads nobody else astray.
 *
 * @param directories to be made where they are not there
 * @param links to be made, and directories above them
 */
record ContainerVolumes(List<Path> directories, List<Link> links) {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerVolumes.class);

    /** @param path relative to the sandbox */
    record Link(String path, Path target) {}

    /** @throws IOException in Mesos' words where a volume cannot be had */
    static ContainerVolumes of(ContainerSpec spec) throws IOException {
        ContainerVolumes volumes = new ContainerVolumes(new ArrayList<>(), new ArrayList<>());
        int index = 0;
        for (Volume volume : declared(spec)) {
            volumes.add(volume, spec, index++);
        }
        return volumes;
    }

    /**
     * Where what is fetched below the name of a volume goes, also that of a persistent one.
     *
     * @throws IOException in Mesos' words where a volume cannot be had
     */
    static List<Destination.Volume> fetchedInto(ContainerSpec spec) throws IOException {
        List<Destination.Volume> volumes = new ArrayList<>();
        for (TaskVolume volume : spec.volumes()) {
            volumes.add(new Destination.Volume(Path.of(volume.containerPath()), volume.source()));
        }
        for (Link link : of(spec).links) {
            if (!link.target().startsWith(spec.runtimeDir().toAbsolutePath())) {
                volumes.add(new Destination.Volume(Path.of(link.path()), link.target()));
            }
        }
        return volumes;
    }

    private static List<Volume> declared(ContainerSpec spec) {
        return spec.workload().container().map(ContainerInfo::getVolumesList).orElse(List.of());
    }

    private void add(Volume volume, ContainerSpec spec, int index) throws IOException {
        Volume.Source.Type type = type(volume);
        String shown = inside("container_path", volume.getContainerPath());
        if (volume.getMode() == Volume.Mode.RO && type != Volume.Source.Type.SECRET) {
            LOG.warn(
                    "Allowing read-write access to read-only volume path={} container={}",
                    volume.getContainerPath(),
                    spec.id());
        }
        switch (type) {
            case HOST_PATH -> links.add(new Link(shown, hostPath(volume)));
            case SANDBOX_PATH -> {
                Path source = sandboxPath(volume, spec);
                directories.add(source);
                links.add(new Link(shown, source));
            }
            case SECRET -> links.add(new Link(shown, secretFile(spec, index)));
            default -> throw new IOException("Volumes of type " + type + " are not supported");
        }
    }

    /** A volume may name a host path alone, which is how Mesos had it first. */
    private static Volume.Source.Type type(Volume volume) throws IOException {
        if (volume.hasSource()) {
            return volume.getSource().getType();
        }
        if (volume.getHostPath().isEmpty()) {
            throw new IOException("Invalid volume: neither 'host_path' nor 'source' is set");
        }
        return volume.getHostPath().startsWith("/") ? Volume.Source.Type.HOST_PATH : Volume.Source.Type.SANDBOX_PATH;
    }

    private static Path hostPath(Volume volume) throws IOException {
        String path = volume.hasSource() ? volume.getSource().getHostPath().getPath() : volume.getHostPath();
        if (!path.startsWith("/")) {
            throw new IOException("Path '" + path + "' in HOST_PATH volume is not absolute");
        }
        Path found = path("HOST_PATH volume", path);
        if (Files.notExists(found)) {
            throw new IOException("Path '" + path + "' in HOST_PATH volume does not exist");
        }
        return found;
    }

    private static Path sandboxPath(Volume volume, ContainerSpec spec) throws IOException {
        Volume.Source.SandboxPath source = volume.getSource().getSandboxPath();
        if (source.getPath().startsWith("/")) {
            throw new IOException("Path '" + source.getPath() + "' in SANDBOX_PATH volume is absolute");
        }
        String shared = inside("SANDBOX_PATH volume", source.getPath());
        if (source.getType() != Volume.Source.SandboxPath.Type.PARENT) {
            throw new IOException("'container_path' is relative for SANDBOX_PATH volume SELF type");
        }
        if (spec.id().parent().isEmpty()) {
            throw new IOException("SANDBOX_PATH volume PARENT type only works for nested container");
        }
        // PARENT/containers/CHILD
        return spec.sandbox().toAbsolutePath().resolve("../..").normalize().resolve(shared);
    }

    /** Without a file system of its own, a container has only its sandbox to show things in. */
    private static String inside(String what, String path) throws IOException {
        if (path.startsWith("/")) {
            throw new IOException("The 'linux' launcher and 'filesystem/linux' isolator must be enabled to support"
                    + " volumes with absolute container path: '" + path + "'");
        }
        Path inside = path(what, path).normalize();
        if (inside.toString().isEmpty() || inside.startsWith("..")) {
            throw new IOException("Invalid volume: " + what + ": '" + path + "' (expected: a path below the sandbox)");
        }
        return inside.toString();
    }

    private static Path path(String what, String path) throws IOException {
        try {
            return Path.of(path);
        } catch (InvalidPathException e) {
            throw new IOException("Invalid volume: " + what + ": " + e.getMessage(), e);
        }
    }

    private static Path secretFile(ContainerSpec spec, int index) {
        return spec.runtimeDir().toAbsolutePath().resolve("secrets").resolve(Integer.toString(index));
    }

    /**
     * Writes the secrets to files that only their user can read, outside the sandbox: they go with the container.
     *
     * @throws IOException in Mesos' words where one cannot be had
     */
    static void writeSecrets(ContainerSpec spec) throws IOException {
        for (Variable variable : spec.workload()
                .command()
                .map(CommandInfo::getEnvironment)
                .map(environment -> environment.getVariablesList())
                .orElse(List.of())) {
            if (variable.getType() == Variable.Type.SECRET) {
                value(variable.getSecret());
            }
        }
        List<Volume> declared = declared(spec);
        for (int index = 0; index < declared.size(); index++) {
            if (declared.get(index).getSource().getType() == Volume.Source.Type.SECRET) {
                write(
                        secretFile(spec, index),
                        value(declared.get(index).getSource().getSecret()),
                        spec);
            }
        }
    }

    private static void write(Path file, byte[] secret, ContainerSpec spec) throws IOException {
        if (Files.notExists(file.getParent())) {
            Files.createDirectory(
                    file.getParent(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, secret);
        if (spec.user().isPresent()) {
            UserPrincipal user = file.getFileSystem()
                    .getUserPrincipalLookupService()
                    .lookupPrincipalByName(spec.user().get());
            Files.setOwner(file, user);
            Files.setOwner(file.getParent(), user);
        }
    }

    private static byte[] value(Secret secret) throws IOException {
        if (secret.hasReference()) {
            throw new IOException("Default secret resolver cannot resolve references");
        }
        return Optional.of(secret)
                .filter(Secret::hasValue)
                .orElseThrow(() -> new IOException("Secret has no value"))
                .getValue()
                .getData()
                .toByteArray();
    }
}
