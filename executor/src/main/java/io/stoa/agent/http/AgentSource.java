package io.stoa.agent.http;

import io.stoa.agent.container.Containers;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/** The agent that is asked. */
public interface AgentSource {

    CompletableFuture<AgentReport> report();

    /** Those of {@code /metrics/snapshot}. */
    CompletableFuture<SortedMap<String, Double>> figures();

    Containers containers();
}
