package io.stoa.itests;

import io.stoa.master.dev.DevCluster;
import io.stoa.testing.Patience;

/** Ends all that a cluster runs, which would run on without it, also where a test fails. */
public record EndOfTasks(DevCluster cluster) implements AutoCloseable {

    @Override
    public void close() {
        Patience.join(cluster.endTasks());
    }
}
