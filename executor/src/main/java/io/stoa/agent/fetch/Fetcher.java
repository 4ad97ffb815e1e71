package io.stoa.agent.fetch;

import io.stoa.agent.sandbox.SharedSandbox;
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
     * @param around the sandbox that it is in, if any: it is not in its place while files are written into it
     * @param user who shall own the files; empty: the agent's own user
     * @return completes when everything is in place, exceptionally with a message for people when something is not;
     *     cancelling it ends the downloads
     */
    CompletableFuture<Void> fetch(
            List<CommandInfo.URI> uris, Path sandbox, Optional<SharedSandbox> around, Optional<String> user);

    /** The same for a sandbox that is in no other. */
    default CompletableFuture<Void> fetch(List<CommandInfo.URI> uris, Path sandbox, Optional<String> user) {
        return fetch(uris, sandbox, Optional.empty(), user);
    }
}
