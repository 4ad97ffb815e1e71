package io.stoa.agent.fetch;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.CommandInfo;

/** Downloads, unpacks and marks executable what a command names. */
public interface Fetcher {

    /**
     * Fetches all URIs into the sandbox.
     *
     * @param user who shall own the files; empty: the agent's own user
     * @return completes when everything is in place, exceptionally with a message for people when something is not;
     *     cancelling it ends the downloads
     */
    CompletableFuture<Void> fetch(List<CommandInfo.URI> uris, Path sandbox, Optional<String> user);
}
