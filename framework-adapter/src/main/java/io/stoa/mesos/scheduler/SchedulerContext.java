package io.stoa.mesos.scheduler;

import io.stoa.mesos.AgentGateway;
import io.stoa.mesos.Recovered;
import io.stoa.mesos.offer.Allocator;
import io.stoa.state.SharedState;
import io.stoa.time.Time;
import org.apache.mesos.v1.Protos.MasterInfo;

/**
 * What the scheduler API works with.
 *
 * @param recovered who was there when this master's term began and has not come back yet
 * @param masterInfo of this master; its id begins the ids of frameworks
 */
public record SchedulerContext(
        SharedState state,
        Allocator allocator,
        AgentGateway gateway,
        Recovered recovered,
        MasterInfo masterInfo,
        Time time,
        SchedulerConfig config) {}
