package io.stoa.mesos.offer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SortedMap;
import org.apache.mesos.v1.Protos.Filters;
import org.junit.jupiter.api.Test;

class AllocatorFiguresTest {

    private static final String FILTERS = "allocator/mesos/offer_filters/roles/a/active";
    private static final String SHARE = "allocator/mesos/roles/a/shares/dominant";
    private static final double REFUSED_S = 10;

    private final Cluster cluster = new Cluster();

    @Test
    void sharesAndFiltersOfRolesAreCounted() {
        cluster.agent("S0", "cpus:4;mem:1024");
        cluster.agent("S1", "cpus:4;mem:1024");
        TestFramework framework = cluster.framework("F", "a").subscribed();
        assertThat(figures()).containsEntry(SHARE, 1.0).containsEntry(FILTERS, 0.0);

        cluster.allocator()
                .decline(
                        framework.id(),
                        List.of(framework.offers().get(0).getId()),
                        Filters.newBuilder().setRefuseSeconds(REFUSED_S).build());
        assertThat(figures()).containsEntry(SHARE, 0.5).containsEntry(FILTERS, 1.0);

        cluster.pass((long) (REFUSED_S * 1_000) + AllocatorSettings.DEFAULT_ALLOCATION_INTERVAL_MS);
        assertThat(figures()).containsEntry(SHARE, 1.0).containsEntry(FILTERS, 0.0);
    }

    @Test
    void runsAreCountedAndTimed() {
        cluster.passOneCycle();
        cluster.passOneCycle();
        assertThat(figures())
                .containsEntry("allocator/mesos/allocation_runs", 2.0)
                .containsEntry("allocator/mesos/allocation_run_ms/count", 2.0)
                .containsEntry("allocator/mesos/allocation_run_latency_ms/max", 0.0)
                .containsEntry("allocator/mesos/event_queue_dispatches", 0.0);
    }

    private SortedMap<String, Double> figures() {
        return cluster.allocator().figures().join();
    }
}
