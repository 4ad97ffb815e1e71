package io.stoa.itests.cluster;

import static io.stoa.testing.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A Docker engine, as its client sees it: the machine's, or one of a test's own, which can be stopped. */
final class DockerEngine implements AutoCloseable {

    private final Path socket;
    private @Nullable Process process;

    private DockerEngine(Path socket) {
        this.socket = socket;
    }

    static DockerEngine machines() {
        return new DockerEngine(Path.of("/var/run/docker.sock"));
    }

    /**
     * In a network of its own, in which there is nothing.
     *
     * @param directory of all that it has
     */
    static DockerEngine own(Path directory, String... flags) throws IOException {
        DockerEngine engine = new DockerEngine(directory.resolve("engine.sock"));
        engine.start(directory, flags);
        return engine;
    }

    /** When it was stopped: what it had is there again. */
    void start(Path directory, String... flags) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                // An engine without a bridge removes the one that is there, which is the machine's engine's.
                "unshare",
                "--net",
                "dockerd",
                "--host=unix://" + socket,
                "--data-root=" + directory.resolve("data"),
                "--exec-root=" + directory.resolve("exec"),
                "--pidfile=" + directory.resolve("pid"),
                "--bridge=none",
                "--iptables=false",
                "--ip6tables=false",
                "--storage-driver=vfs",
                "--shutdown-timeout=1"));
        command.addAll(List.of(flags));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("engine.log").toFile()))
                .start();
        await().until(() -> ends("version") == 0);
    }

    /** As its service does. */
    void stop() throws InterruptedException {
        if (process != null) {
            process.destroy();
            process.waitFor();
        }
    }

    Path socket() {
        return socket;
    }

    /** What a command of its client that succeeds says. */
    String docker(String... arguments) throws IOException, InterruptedException {
        Process client = client(arguments);
        String said = new String(client.getInputStream().readAllBytes(), UTF_8).strip();
        assertThat(client.waitFor()).as(said).isZero();
        return said;
    }

    /** The exit status of such a command. */
    private int ends(String... arguments) throws IOException, InterruptedException {
        Process client = client(arguments);
        client.getInputStream().readAllBytes();
        return client.waitFor();
    }

    private Process client(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("docker", "--host=unix://" + socket));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** Of what an agent launched, the names, also of those that have ended. */
    List<String> containers(Path workDir) throws IOException, InterruptedException {
        return docker("ps", "--all", "--filter=label=io.stoa.agent=" + workDir, "--format={{.Names}}")
                .lines()
                .toList();
    }

    /** What {@code docker inspect} says of a container. */
    String inspect(String container, String format) throws IOException, InterruptedException {
        return docker("inspect", "--format=" + format, container);
    }

    /** An agent that has just ended may have begun to remove one, which the engine then refuses to do once more. */
    private boolean removedAllContainers() throws IOException, InterruptedException {
        List<String> containers = docker("ps", "--all", "--quiet").lines().toList();
        for (String container : containers) {
            ends("rm", "--force", container);
        }
        return containers.isEmpty();
    }

    /** Ends one of a test's own, its containers with it, and what it mounted. */
    @Override
    public void close() throws IOException, InterruptedException {
        if (process != null) {
            await().until(this::removedAllContainers);
            stop();
            Path directory = socket.toAbsolutePath().getParent();
            for (String mount : Files.readAllLines(Path.of("/proc/self/mounts"))) {
                String place = mount.split(" ", 3)[1];
                if (place.startsWith(directory + "/")) {
                    new ProcessBuilder("umount", "--lazy", place).start().waitFor();
                }
            }
        }
    }
}
