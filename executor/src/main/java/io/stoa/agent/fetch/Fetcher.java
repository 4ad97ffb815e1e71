package io.stoa.agent.fetch;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.CommandInfo;

/** Downloads, unpacks and marks executable what a command names. */
public interface Fetcher {

    /**
     * Fetches all URIs into the sandbox, which sees them when all are there, or when one cannot be had: then as many as
     * there are, and why on its {@code stderr}.
     *
     * @return completes when everything is in place, exceptionally with a message for people when something is not;
     *     cancelling it ends the downloads
     */
    CompletableFuture<Void> fetch(List<CommandInfo.URI> uris, Destination destination);
}
