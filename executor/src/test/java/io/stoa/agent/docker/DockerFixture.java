package io.stoa.agent.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import io.stoa.agent.container.ContainerId;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.LaunchedTask;
import io.stoa.agent.container.Workload;
import io.stoa.time.SystemTime;
import io.stoa.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.ContainerInfo.DockerInfo;
import org.apache.mesos.v1.Protos.Parameter;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.Value;

/** A host with a Docker engine, the real one, and an image of busybox that is there for one test class. */
final class DockerFixture implements AutoCloseable {

    static final Path SOCKET = Path.of("/var/run/docker.sock");
    static final String AGENT_IP = "127.0.0.1";

    static final long SILENCE_MS = 60_000;

    private final SystemTime time = new SystemTime();
    private final BusyboxImage image;
    private final DockerClient client = Engine.connect(SOCKET, time, SILENCE_MS);
    private String owner = UUID.randomUUID().toString();
    private final List<String> launched = new ArrayList<>();
    private DockerContainerizer containerizer;
    private CompletableFuture<Void> fetching = CompletableFuture.completedFuture(null);

    DockerFixture() throws IOException {
        this("{}");
    }

    /** @param config the image's, {@code {"StopSignal":"SIGUSR1"}} */
    DockerFixture(String config) throws IOException {
        image = BusyboxImage.make(config);
        containerizer = connect(SOCKET, SILENCE_MS, time);
    }

    private DockerContainerizer connect(Path socket, long silenceMs, Time its) throws IOException {
        return connect(new DockerConfig(socket, 0, true, 0), silenceMs, its);
    }

    private DockerContainerizer connect(DockerConfig config, long silenceMs, Time its) throws IOException {
        return new DockerContainerizer(config, silenceMs, (uris, destination) -> fetching, its, AGENT_IP, owner);
    }

    DockerClient client() {
        return client;
    }

    InspectContainerResponse inspect(LaunchedTask task) {
        return client.inspectContainerCmd(name(task)).exec();
    }

    static String name(LaunchedTask task) {
        return "mesos-" + task.spec().containerId();
    }

    /** Completes whatever fetches from now on. */
    CompletableFuture<Void> holdFetches() {
        fetching = new CompletableFuture<>();
        return fetching;
    }

    /** What a restart of the agent does. */
    void restart() throws IOException {
        restart(SOCKET, SILENCE_MS);
    }

    /** The next agent reaches its engine in another way. */
    void restart(Path socket, long silenceMs) throws IOException {
        restart(socket, silenceMs, time);
    }

    /** The next agent has a time of its own. */
    void restart(Time its) throws IOException {
        restart(SOCKET, SILENCE_MS, its);
    }

    /** The next agent has both. */
    void restart(Path socket, long silenceMs, Time its) throws IOException {
        containerizer.close();
        containerizer = connect(socket, silenceMs, its);
    }

    /** The next agent is this one again, or another one. */
    void restart(DockerConfig config, String nextOwner) throws IOException {
        containerizer.close();
        owner = nextOwner;
        containerizer = connect(config, SILENCE_MS, time);
    }

    String owner() {
        return owner;
    }

    DockerContainerizer containerizer() {
        return containerizer;
    }

    LaunchedTask launch(Path directory, String command) throws IOException {
        return launch(spec(directory, task -> command(task, command)));
    }

    LaunchedTask launch(ContainerSpec spec) {
        launched.add(spec.containerId());
        return LaunchedTask.launch(containerizer, spec);
    }

    Optional<LaunchedTask> recover(ContainerSpec spec) {
        return LaunchedTask.recover(containerizer, spec);
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
                        .setDocker(
                                DockerInfo.newBuilder().setImage(image.name()).setNetwork(DockerInfo.Network.NONE)))
                .addResources(scalar("cpus", 0.5))
                .addResources(scalar("mem", 8));
        change.accept(task);
        return new ContainerSpec(
                ContainerId.of(id),
                "framework",
                Workload.of(task.build()),
                Files.createDirectories(directory.resolve("sand:boxes").resolve(id)),
                Files.createDirectories(directory.resolve("run").resolve(id)),
                Map.of("PATH", "/host/only", "MESOS_SANDBOX", "/host/sandbox", "MESOS_TASK_ID", "task:1"),
                Optional.empty(),
                List.of());
    }

    static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .build();
    }

    /** Of a shell: until the test has made a file in the sandbox. */
    static String awaitFile(String name) {
        return "while [ ! -e $MESOS_SANDBOX/" + name + " ]; do sleep 0.1; done";
    }

    static TaskInfo.Builder command(TaskInfo.Builder task, String command) {
        task.getCommandBuilder().setValue(command);
        return task;
    }

    static DockerInfo.Builder docker(TaskInfo.Builder task) {
        return task.getContainerBuilder().getDockerBuilder();
    }

    static TaskInfo.Builder parameter(TaskInfo.Builder task, String key, String value) {
        docker(task).addParameters(Parameter.newBuilder().setKey(key).setValue(value));
        return task;
    }

    /** Containers of tasks of this project, whoever started them, running or not. */
    List<String> containers() {
        return client
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(List.of("io.stoa.container"))
                .exec()
                .stream()
                .map(container -> container.getLabels().get("io.stoa.container"))
                .toList();
    }

    /** Also removes what a test that failed has left. */
    @Override
    public void close() throws IOException {
        containerizer.close();
        containers().stream()
                .filter(launched::contains)
                .forEach(id ->
                        client.removeContainerCmd("mesos-" + id).withForce(true).exec());
        image.close();
        client.close();
        time.close();
    }
}
