package io.stoa.agent.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.ResponseItem;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The images that are being pulled: each once, for all who want it at the same time. */
final class Pulls implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Pulls.class);

    /** How an engine begins its last line; an answer that ends without it was cut off. */
    private static final String LAST_WORDS = "Status: ";

    private final Supplier<DockerClient> connector;
    private final Map<String, Pull> pulls = new HashMap<>();

    /** @param connector makes a client for one pull, so that closing it ends the pull wherever it is */
    Pulls(Supplier<DockerClient> connector) {
        this.connector = connector;
    }

    /** The future is the caller's own; the pull ends when all of them are cancelled. */
    synchronized CompletableFuture<Void> pull(String image) {
        // Without a tag the engine would pull all of them.
        boolean tagged = image.contains("@") || image.indexOf(':', image.lastIndexOf('/') + 1) >= 0;
        String reference = tagged ? image : image + ":latest";
        Pull pull = pulls.get(reference);
        if (pull == null) {
            pull = new Pull(reference, connector.get());
            pulls.put(reference, pull);
            pull.begin();
        }
        return pull.join();
    }

    /** How many wait for one of them. */
    synchronized int waiting() {
        return pulls.values().stream().mapToInt(pull -> pull.waiting).sum();
    }

    private synchronized void forget(Pull pull) {
        pulls.remove(pull.reference, pull);
    }

    private synchronized void left(Pull pull) {
        pull.waiting--;
        if (pull.waiting == 0) {
            forget(pull);
            pull.close();
        }
    }

    @Override
    public synchronized void close() {
        List.copyOf(pulls.values()).forEach(Pull::close);
    }

    private final class Pull implements ResultCallback<PullResponseItem> {

        private final String reference;
        private final DockerClient client;
        private final CompletableFuture<Void> result = new CompletableFuture<>();
        private int waiting;
        private boolean pulled;
        private @Nullable String error;

        Pull(String reference, DockerClient client) {
            this.reference = reference;
            this.client = client;
        }

        void begin() {
            try {
                client.pullImageCmd(reference).exec(this);
            } catch (RuntimeException e) {
                failed(Engine.words(e));
            }
        }

        CompletableFuture<Void> join() {
            waiting++;
            CompletableFuture<Void> mine = result.copy();
            mine.whenComplete((done, failure) -> {
                if (mine.isCancelled()) {
                    left(this);
                }
            });
            return mine;
        }

        @Override
        public void onStart(Closeable stream) {}

        @Override
        public void onNext(PullResponseItem item) {
            ResponseItem.ErrorDetail detail = item.getErrorDetail();
            if (detail != null) {
                error = detail.getMessage();
            }
            pulled |= item.getStatus() != null && item.getStatus().startsWith(LAST_WORDS);
        }

        @Override
        public void onError(Throwable failure) {
            failed(Engine.words(failure));
        }

        @Override
        public void onComplete() {
            if (error != null) {
                failed(error);
            } else if (!pulled) {
                failed("The Docker engine broke off");
            } else {
                close();
                result.complete(null);
            }
        }

        private void failed(String words) {
            close();
            result.completeExceptionally(new IOException("Failed to pull image '" + reference + "': " + words));
        }

        @Override
        public void close() {
            forget(this);
            try {
                client.close();
            } catch (IOException e) {
                LOG.warn("Not closed properly", e);
            }
        }
    }
}
