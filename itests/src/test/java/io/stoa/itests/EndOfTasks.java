package io.stoa.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.master.dev.DevCluster;

/** Ends all that a cluster runs, which would run on without it, also where a test fails. */
public record EndOfTasks(DevCluster cluster) implements AutoCloseable {

    private static final long PATIENCE_MS = 20_000;

    @Override
    public void close() {
        assertThat(cluster.endTasks(PATIENCE_MS)).as("all has ended").isTrue();
    }
}
