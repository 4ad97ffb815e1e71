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
     * Fetches all URIs into the sandbox, which sees them when all are there, or when one cannot be had: then as many as
     * there are, and why on its {@code stderr}.
     *
     * @param around the sandbox that it is in, if any: others may be using both
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
