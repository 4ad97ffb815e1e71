package io.stoa.agent;

import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.state.resources.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo.Source;

/** Disks beside that of the work directory: those which {@code --resources} names must be there. */
final class DiskSources {

    /** How the mount table writes what would end a word. */
    private static final List<String[]> ESCAPES = List.of(
            new String[] {"\\040", " "}, new String[] {"\\011", "\t"}, new String[] {"\\012", "\n"}, new String[] {
                "\\134", "\\"
            });

    private DiskSources() {}

    /**
     * Makes the directories of PATH disks and looks for the mounts of MOUNT disks.
     *
     * @throws IOException in Mesos' words where one is not there and cannot be made
     * @throws IllegalArgumentException in Mesos' words where one is not said
     */
    static void check(Resources resources, AgentPaths paths) throws IOException {
        for (Resource resource : resources.toProto()) {
            if (!resource.getDisk().hasSource()) {
                continue;
            }
            Source source = resource.getDisk().getSource();
            switch (source.getType()) {
                case PATH -> {
                    requireRoot(source.getPath().hasRoot(), "PATH", resource);
                    makeDirectory(paths.disk(source.getPath().getRoot()));
                }
                case MOUNT -> {
                    requireRoot(source.getMount().hasRoot(), "MOUNT", resource);
                    requireMount(paths.disk(source.getMount().getRoot()), resource);
                }
                case BLOCK, RAW, UNKNOWN ->
                    throw new IllegalArgumentException(
                            "Unsupported 'DiskInfo.Source.Type' in '" + print(resource) + "'");
            }
        }
    }

    private static void requireRoot(boolean said, String type, Resource resource) {
        if (!said) {
            throw new IllegalArgumentException(
                    type + " disk root directory is not specified '" + print(resource) + "'");
        }
    }

    private static void makeDirectory(Path root) throws IOException {
        try {
            Files.createDirectories(root);
        } catch (IOException e) {
            throw new IOException("Failed to create DiskInfo path directory '" + root + "': " + e, e);
        }
    }

    private static void requireMount(Path root, Resource resource) throws IOException {
        if (Files.notExists(root)) {
            throw new IOException("Failed to determine `realpath` for DiskInfo mount in resource '" + print(resource)
                    + "' with path '" + root + "': no such path");
        }
        Path real = root.toRealPath();
        boolean found = Files.readAllLines(Path.of("/proc/mounts")).stream()
                .map(line -> unescaped(line.split(" ", -1)[1]))
                .anyMatch(mount -> mount.equals(real.toString()));
        if (!found) {
            throw new IOException("Failed to find mount '" + real + "' in /proc/mounts");
        }
    }

    private static String unescaped(String word) {
        String text = word;
        for (String[] escape : ESCAPES) {
            text = text.replace(escape[0], escape[1]);
        }
        return text;
    }

    private static String print(Resource resource) {
        return Resources.of(List.of(resource)).toString();
    }
}
