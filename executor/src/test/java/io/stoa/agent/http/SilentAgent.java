package io.stoa.agent.http;

import io.stoa.agent.container.Containers;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/** An agent that never answers. */
final class SilentAgent implements AgentSource {

    private final Containers containers = new Containers(List.of());

    @Override
    public CompletableFuture<AgentReport> report() {
        return new CompletableFuture<>();
    }

    @Override
    public CompletableFuture<SortedMap<String, Double>> figures() {
        return new CompletableFuture<>();
    }

    @Override
    public Containers containers() {
        return containers;
    }
}
