package io.stoa.agent.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import io.stoa.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A Docker engine. Its calls block; they throw {@link DockerException} for what the engine refuses, and
 * {@link NoAnswerException} where it does not answer. {@link #words} says both to people.
 */
final class Engine implements AutoCloseable {

    private final String address;
    private final DockerClient client;
    private final Pulls pulls;

    /**
     * @param silenceMs for how long the engine may be silent while it is asked something
     * @throws IOException where no engine answers
     */
    Engine(Path socket, Time time, long silenceMs) throws IOException {
        address = "unix://" + socket;
        client = connect(socket, time, silenceMs);
        pulls = new Pulls(() -> connect(socket, time, silenceMs));
        try {
            ask(() -> client.pingCmd().exec());
        } catch (RuntimeException e) {
            client.close();
            throw new IOException("No Docker engine answers at " + address + ": " + words(e), e);
        }
    }

    static DockerClient connect(Path socket, Time time, long silenceMs) {
        // Without a version in the path every engine answers with its own newest.
        DockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost("unix://" + socket)
                .withDockerTlsVerify(false)
                .withApiVersion(RemoteApiVersion.unknown())
                .build();
        return DockerClientImpl.getInstance(config, new EngineTransport(socket, time, silenceMs));
    }

    /** Pulls an image; where nobody waits for it any more, because all futures are cancelled, the pull ends. */
    CompletableFuture<Void> pull(String image) {
        return pulls.pull(image);
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

    /**
     * Prepares a command in a container that runs.
     *
     * @param environment beside the container's own, {@code NAME=VALUE}
     * @return the command's id
     */
    String createExec(String container, List<String> command, List<String> environment) {
        return ask(() -> client.execCreateCmd(container)
                        .withCmd(command.toArray(String[]::new))
                        .withEnv(environment)
                        .withAttachStdout(true)
                        .withAttachStderr(true)
                        .exec())
                .getId();
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
