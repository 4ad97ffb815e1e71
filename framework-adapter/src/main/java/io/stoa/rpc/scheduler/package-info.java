/**
 * Where native schedulers come in over gRPC: {@code stoa.v1.SchedulerService}. Calls are translated into what
 * {@code io.stoa.mesos.scheduler} does for every scheduler, and commits into transactions on the shared state.
 *
 * <p>Soft state: open streams of events, commits that are not decided yet, which agents left in this term. Losing it
 * costs each scheduler one new subscription, and a commit that was under way is asked again with its key. Everything
 * runs on the event loop of the call's connection and never blocks. May use: {@code io.stoa.mesos},
 * {@code io.stoa.authentication}, {@code io.stoa.state}, the rules of {@code io.stoa.http.call}, gRPC's stubs; no
 * Netty.
 */
@NullMarked
package io.stoa.rpc.scheduler;

import org.jspecify.annotations.NullMarked;
