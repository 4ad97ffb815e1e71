package io.stoa.rpc.cluster;

import io.stoa.proto.v1.Scheduler;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.FrameworkId;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What readers are answered from while this master leads.
 *
 * @param snapshots gives the newest
 * @param doors by which a scheduler is connected now
 * @param log of what changes
 * @param reads where long answers are made, in slices
 */
public record ClusterDesk(
        Supplier<ClusterSnapshot> snapshots,
        Function<FrameworkId, Scheduler.Door> doors,
        WatchLog log,
        Executor reads) {}
