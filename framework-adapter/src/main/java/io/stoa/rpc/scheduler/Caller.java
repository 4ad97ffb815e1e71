package io.stoa.rpc.scheduler;

import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.StateVersion;
import org.apache.mesos.v1.Protos.FrameworkInfo;

/**
 * A scheduler that is subscribed here, and calls.
 *
 * @param generation of its subscription
 * @param info as it said last
 */
record Caller(FrameworkId id, StateVersion generation, FrameworkInfo info) {}
