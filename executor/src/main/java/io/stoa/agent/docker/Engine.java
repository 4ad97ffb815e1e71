package io.stoa.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.ExecCreateCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import io.stoa.agent.container.ContainerIo;
import io.stoa.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Docker engine. Its calls block; they throw {@link DockerException} for what the engine refuses, and
 * {@link NoAnswerException} where it does not answer. {@link #words} says both to people.
 */
final class Engine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private static final long MS_PER_SECOND = 1_000;
    private static final int OK = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path socket;
    private final Time time;
    private final long silenceMs;
    private final String address;
    private final EngineTransport transport;
    private final DockerClient client;
    private final Pulls pulls;

    /**
     * @param silenceMs for how long the engine may be silent while it is asked something
     * @throws IOException where no engine answers
     */
    Engine(Path socket, Time time, long silenceMs) throws IOException {
        this.socket = socket;
        this.time = time;
        this.silenceMs = silenceMs;
        address = "unix://" + socket;
        transport = new EngineTransport(socket, time, silenceMs);
        client = client(transport, socket);
        pulls = new Pulls(() -> connect(socket, time, silenceMs));
        try {
            ask(() -> client.pingCmd().exec());
        } catch (RuntimeException e) {
            client.close();
            throw new IOException("No Docker engine answers at " + address + ": " + words(e), e);
        }
    }

    static DockerClient connect(Path socket, Time time, long silenceMs) {
        return client(new EngineTransport(socket, time, silenceMs), socket);
    }

    private static DockerClient client(EngineTransport transport, Path socket) {
        // Without a version in the path every engine answers with its own newest.
        DockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost("unix://" + socket)
                .withDockerTlsVerify(false)
                .withApiVersion(RemoteApiVersion.unknown())
                .build();
        return DockerClientImpl.getInstance(config, transport);
    }

    /** Pulls an image; where nobody waits for it any more, because all futures are cancelled, the pull ends. */
    CompletableFuture<Void> pull(String image) {
        return pulls.pull(image);
    }

    /** How many wait for an image. */
    int waitingForPulls() {
        return pulls.waiting();
    }

    boolean hasImage(String image) {
        try {
            ask(() -> client.inspectImageCmd(image).exec());
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    /** @throws IllegalArgumentException with a message for people where the task asks for what cannot be */
    void create(ContainerOptions options) {
        CreateContainerCmd command = options.applyTo(client.createContainerCmd(options.image()));
        ask(command::exec);
    }

    void start(String container) {
        ask(() -> client.startContainerCmd(container).exec());
    }

    /** Prepares a command in a container that runs. */
    ExecProcess createExec(String container, ExecOrder order) {
        ExecCreateCmd command = client.execCreateCmd(container)
                .withCmd(order.words().toArray(String[]::new))
                .withEnv(order.environment())
                .withAttachStdin(order.input())
                .withTty(order.terminal())
                .withAttachStdout(true)
                .withAttachStderr(true);
        order.user().ifPresent(command::withUser);
        return new ExecProcess(this, ask(command::exec).getId());
    }

    /**
     * Runs a command that was prepared, and connects to it; blocks for a moment.
     *
     * @throws IOException where it cannot be run
     */
    EngineIo startExec(ExecProcess process, boolean terminal, ContainerIo.Listener listener, Runnable over)
            throws IOException {
        return connect(
                new EngineIo.Target(
                        "/exec/" + process.id() + "/start",
                        "{\"Detach\":false,\"Tty\":" + terminal + "}",
                        terminal,
                        true,
                        (rows, columns) -> ask(() -> client.resizeExecCmd(process.id())
                                .withSize(rows, columns)
                                .exec()),
                        over),
                listener);
    }

    /**
     * Connects to a container that runs; blocks for a moment.
     *
     * @throws IOException where it does not run
     */
    EngineIo attach(String container, boolean terminal, boolean takesInput, ContainerIo.Listener listener)
            throws IOException {
        return connect(
                new EngineIo.Target(
                        "/containers/" + container + "/attach?stream=1&stdin=1&stdout=1&stderr=1",
                        "",
                        terminal,
                        takesInput,
                        (rows, columns) -> ask(() -> client.resizeContainerCmd(container)
                                .withSize(rows, columns)
                                .exec()),
                        () -> {}),
                listener);
    }

    private EngineIo connect(EngineIo.Target target, ContainerIo.Listener listener) throws IOException {
        return EngineIo.connect(socket, target, listener, time, silenceMs);
    }

    InspectExecResponse inspectExec(String id) {
        return ask(() -> client.inspectExecCmd(id).exec());
    }

    InspectContainerResponse inspect(String container) {
        return ask(() -> client.inspectContainerCmd(container).exec());
    }

    /** @return false where the container does not run any more */
    boolean signal(String container, String signal) {
        try {
            ask(() -> client.killContainerCmd(container).withSignal(signal).exec());
            return true;
        } catch (NotFoundException | ConflictException e) {
            return false;
        }
    }

    /** Blocks until it has ended, which it has to within the time, rounded up to seconds, or is killed. */
    void stop(String container, long timeoutMs) {
        try {
            ask(() -> client.stopContainerCmd(container)
                    .withTimeout((int) ((timeoutMs + MS_PER_SECOND - 1) / MS_PER_SECOND))
                    .exec());
        } catch (NotFoundException | NotModifiedException e) {
            LOG.debug("Does not run container={}", container);
        }
    }

    /**
     * Also where it runs, with its anonymous volumes.
     *
     * @return false where there was none
     */
    boolean remove(String container) {
        try {
            ask(() -> client.removeContainerCmd(container)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec());
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    /** Containers with a label, running or not: the ids that the agent gave them, by those that the engine did. */
    Map<String, String> labelled(String label, String value) {
        Map<String, String> found = new TreeMap<>();
        ask(() -> client.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(Map.of(label, value))
                        .exec())
                .forEach(container ->
                        found.put(container.getId(), container.getLabels().get(ContainerOptions.CONTAINER_LABEL)));
        return found;
    }

    /**
     * Whether the engine has told of a lack of memory in a container. It may do so after the end that came of it, and
     * then {@link #inspect} never does.
     *
     * @param since not before then
     * @param until not after then, which has come
     */
    boolean toldOfLackOfMemory(String container, Instant since, Instant until) {
        String filters = "{\"container\":[\"" + container + "\"],\"event\":[\"oom\"]}";
        return get("/events?since=" + seconds(since) + "&until=" + seconds(until) + "&filters="
                        + URLEncoder.encode(filters, StandardCharsets.UTF_8))
                .filter(event -> !event.isMissingNode())
                .isPresent();
    }

    private static String seconds(Instant instant) {
        return String.format(Locale.ROOT, "%d.%09d", instant.getEpochSecond(), instant.getNano());
    }

    /** What a container uses at this moment, in the engine's own form; empty where it does not run. */
    Optional<JsonNode> usage(String container) {
        // The client's own call takes the engine a second or two, since it cannot be told that one look is enough.
        return get("/containers/" + container + "/stats?stream=false&one-shot=true");
    }

    /** Missing where the answer has no content, the first of several where it has; empty where it is a refusal. */
    private Optional<JsonNode> get(String path) {
        Request request =
                Request.builder().method(Request.Method.GET).path(path).build();
        return ask(() -> {
            try (Response response = transport.execute(request)) {
                return response.getStatusCode() == OK
                        ? Optional.of(JSON.readTree(response.getBody()))
                        : Optional.<JsonNode>empty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private <T> T ask(Supplier<T> call) {
        try {
            return call.get();
        } catch (DockerException e) {
            throw e;
        } catch (RuntimeException e) {
            // The client throws anything where its engine is gone.
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new NoAnswerException("No answer of the Docker engine at " + address + ": " + words(cause), e);
        }
    }

    /** What went wrong, in the engine's own words where it has said any. */
    static String words(Throwable failure) {
        if (failure instanceof UncheckedIOException && failure.getCause() instanceof IOException cause) {
            return words(cause);
        }
        String text = failure.getMessage() == null
                ? failure.getClass().getSimpleName()
                : failure.getMessage().strip();
        String opening = "{\"message\":\"";
        int start = text.indexOf(opening);
        int end = text.lastIndexOf("\"}");
        if (start >= 0 && end >= start + opening.length()) {
            return text.substring(start + opening.length(), end)
                    .replace("\\n", "\n")
                    .replace("\\\"", "\"");
        }
        return text;
    }

    @Override
    public void close() throws IOException {
        pulls.close();
        client.close();
    }
}
