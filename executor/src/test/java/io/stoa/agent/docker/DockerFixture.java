package io.stoa.agent.docker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import io.stoa.agent.container.ContainerListener;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containerizer.Container;
import io.stoa.time.SystemTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.Value;

/** A host with a Docker engine, the real one, and an image of busybox that is there for one test class. */
final class DockerFixture implements AutoCloseable {

    static final Path SOCKET = Path.of("/var/run/docker.sock");
    static final String AGENT_IP = "127.0.0.1";

    private static final List<String> PROGRAMS =
            List.of("sh", "sleep", "echo", "cat", "env", "seq", "hostname", "touch", "dd", "id", "true");

    private final SystemTime time = new SystemTime();
    private final String image = "stoa-test-" + UUID.randomUUID();
    private final DockerClient client;
    private DockerContainerizer containerizer;
    private CompletableFuture<Void> fetching = CompletableFuture.completedFuture(null);

    DockerFixture() throws IOException {
        DockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost("unix://" + SOCKET)
                .withApiVersion(RemoteApiVersion.unknown())
                .build();
        client = DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .build());
        importImage();
        containerizer = connect();
    }

    private DockerContainerizer connect() throws IOException {
        return new DockerContainerizer(SOCKET, (uris, sandbox, user) -> fetching, time, AGENT_IP);
    }

    private void importImage() throws IOException {
        Process docker = new ProcessBuilder("docker", "import", "-", image + ":latest")
                .redirectErrorStream(true)
                .start();
        try (OutputStream in = docker.getOutputStream()) {
            in.write(busybox());
        }
        String said = new String(docker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(docker.onExit().join().exitValue()).as(said).isZero();
    }

    private static byte[] busybox() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry program = new TarArchiveEntry("bin/busybox");
            byte[] content = Files.readAllBytes(Path.of("/bin/busybox"));
            program.setSize(content.length);
            program.setMode(0100755);
            tar.putArchiveEntry(program);
            tar.write(content);
            tar.closeArchiveEntry();
            for (String name : PROGRAMS) {
                TarArchiveEntry link = new TarArchiveEntry("bin/" + name, TarConstants.LF_SYMLINK);
                link.setLinkName("busybox");
                tar.putArchiveEntry(link);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    /** A task that was launched or taken up. */
    record Task(
            ContainerSpec spec,
            Container container,
            CompletableFuture<ContainerStatus> running,
            CompletableFuture<ContainerListener.End> end) {

        ContainerListener.End await() throws Exception {
            return end.get(60, SECONDS);
        }

        ContainerListener.End killAndWait(long gracePeriodMs) throws Exception {
            container.kill(gracePeriodMs);
            return await();
        }

        String name() {
            return "mesos-" + spec.containerId();
        }

        String file(String name) throws IOException {
            Path file = spec.sandbox().resolve(name);
            return Files.exists(file) ? Files.readString(file) : "";
        }
    }

    DockerClient client() {
        return client;
    }

    String image() {
        return image;
    }

    /** Completes whatever fetches from now on. */
    CompletableFuture<Void> holdFetches() {
        fetching = new CompletableFuture<>();
        return fetching;
    }

    /** What a restart of the agent does. */
    void restart() throws IOException {
        containerizer.close();
        containerizer = connect();
    }

    Task launch(Path directory, String command) throws IOException {
        return launch(spec(directory, task -> task.getCommandBuilder().setValue(command)));
    }

    Task launch(ContainerSpec spec) {
        Listener listener = new Listener();
        return new Task(spec, containerizer.launch(spec, listener), listener.running, listener.end);
    }

    Optional<Task> recover(ContainerSpec spec) {
        Listener listener = new Listener();
        return containerizer
                .recover(spec, listener)
                .map(container -> new Task(spec, container, listener.running, listener.end));
    }

    boolean accepts(ContainerSpec spec) {
        return containerizer.accepts(spec);
    }

    ContainerSpec spec(Path directory, Consumer<TaskInfo.Builder> change) throws IOException {
        String id = UUID.randomUUID().toString();
        TaskInfo.Builder task = TaskInfo.newBuilder()
                .setName("task")
                .setTaskId(TaskID.newBuilder().setValue("task:1"))
                .setAgentId(AgentID.newBuilder().setValue("agent"))
                .setCommand(CommandInfo.newBuilder())
                .setContainer(ContainerInfo.newBuilder()
                        .setType(ContainerInfo.Type.DOCKER)
                        .setDocker(ContainerInfo.DockerInfo.newBuilder()
                                .setImage(image)
                                .setNetwork(ContainerInfo.DockerInfo.Network.NONE)))
                .addResources(scalar("cpus", 0.5))
                .addResources(scalar("mem", 8));
        change.accept(task);
        return new ContainerSpec(
                id,
                "framework",
                task.build(),
                Files.createDirectories(directory.resolve("sand:boxes").resolve(id)),
                Files.createDirectories(directory.resolve("run").resolve(id)),
                Map.of("PATH", "/host/only", "MESOS_SANDBOX", "/host/sandbox", "MESOS_TASK_ID", "task:1"),
                Optional.empty());
    }

    static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .build();
    }

    @Override
    public void close() throws IOException {
        containerizer.close();
        client.removeImageCmd(image).withForce(true).exec();
        client.close();
        time.close();
    }

    private static final class Listener implements ContainerListener {

        private final CompletableFuture<ContainerStatus> running = new CompletableFuture<>();
        private final CompletableFuture<End> end = new CompletableFuture<>();

        @Override
        public void running(ContainerStatus status) {
            if (!running.complete(status)) {
                throw new IllegalStateException("running: twice (expected: at most once)");
            }
        }

        @Override
        public void ended(End ended) {
            if (!end.complete(ended)) {
                throw new IllegalStateException("ended: twice (expected: once)");
            }
        }
    }
}
