package io.stoa.agent.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallbackTemplate;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.ResponseItem;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A Docker engine. Its calls block and throw whatever the client throws; {@link #words} says it to people. */
final class Engine implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final DockerClient client;
    private final Map<String, CompletableFuture<Void>> pulls = new ConcurrentHashMap<>();

    /**
     * @param connections how many calls there may be at the same time
     * @throws IOException where no engine answers
     */
    Engine(Path socket, int connections) throws IOException {
        String address = "unix://" + socket;
        // Without a version in the path every engine answers with its own newest.
        DockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost(address)
                .withDockerTlsVerify(false)
                .withApiVersion(RemoteApiVersion.unknown())
                .build();
        client = DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .maxConnections(connections)
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .build());
        try {
            client.pingCmd().exec();
        } catch (RuntimeException e) {
            client.close();
            throw new IOException("No Docker engine answers at " + address + ": " + words(e), e);
        }
    }

    /** Pulls an image, once where many want it at the same time; the callers share the future. */
    CompletableFuture<Void> pull(String image) {
        // Without a tag the engine would pull all of them.
        boolean tagged = image.contains("@") || image.indexOf(':', image.lastIndexOf('/') + 1) >= 0;
        String reference = tagged ? image : image + ":latest";
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> other = pulls.putIfAbsent(reference, mine);
        if (other != null) {
            return other;
        }
        mine.whenComplete((done, failure) -> pulls.remove(reference, mine));
        try {
            client.pullImageCmd(reference).exec(new Pull(reference, mine));
        } catch (RuntimeException e) {
            mine.completeExceptionally(Pull.failure(reference, words(e)));
        }
        return mine;
    }

    boolean hasImage(String image) {
        try {
            client.inspectImageCmd(image).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    void create(ContainerOptions options) {
        options.applyTo(client.createContainerCmd(options.image())).exec();
    }

    void start(String container) {
        client.startContainerCmd(container).exec();
    }

    InspectContainerResponse inspect(String container) {
        return client.inspectContainerCmd(container).exec();
    }

    /** Nothing happens where the container does not run any more. */
    void signal(String container, String signal) {
        try {
            client.killContainerCmd(container).withSignal(signal).exec();
        } catch (NotFoundException | ConflictException e) {
            return;
        }
    }

    /** Also where it runs, with its anonymous volumes. */
    void remove(String container) {
        try {
            client.removeContainerCmd(container)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
        } catch (NotFoundException e) {
            return;
        }
    }

    /** What went wrong, in the engine's own words where it has said any. */
    static String words(Throwable failure) {
        String text = String.valueOf(failure.getMessage()).strip();
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
        client.close();
    }

    private static final class Pull extends ResultCallbackTemplate<Pull, PullResponseItem> {

        private final String reference;
        private final CompletableFuture<Void> result;
        private @Nullable String error;

        Pull(String reference, CompletableFuture<Void> result) {
            this.reference = reference;
            this.result = result;
        }

        @Override
        public void onNext(PullResponseItem item) {
            ResponseItem.ErrorDetail detail = item.getErrorDetail();
            if (detail != null) {
                error = detail.getMessage();
            }
        }

        @Override
        public void onError(Throwable failure) {
            super.onError(failure);
            result.completeExceptionally(failure(reference, words(failure)));
        }

        @Override
        public void onComplete() {
            super.onComplete();
            if (error == null) {
                result.complete(null);
            } else {
                result.completeExceptionally(failure(reference, error));
            }
        }

        static IOException failure(String reference, String words) {
            return new IOException("Failed to pull image '" + reference + "': " + words);
        }
    }
}
