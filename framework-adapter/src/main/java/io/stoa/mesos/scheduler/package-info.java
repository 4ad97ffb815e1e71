/**
 * Mesos' scheduler API behind its transports: who is subscribed ({@link io.stoa.mesos.scheduler.FrameworkSession}),
 * what each call does, and which events leave. A transport decodes calls, gives them to
 * {@link io.stoa.mesos.scheduler.SchedulerApi} and implements {@link io.stoa.mesos.scheduler.EventStream}.
 *
 * <p>Soft state: subscriptions, heartbeats, running failover timeouts. Losing the process costs each framework one new
 * subscription with its id; frameworks and tasks are in the shared state. A session belongs to the executor of its
 * stream; everything said to a framework that must be durable leaves as the effect of a committed change. May use:
 * {@code io.stoa.state}, {@code io.stoa.time}, the allocator and the agents' gateway; no Netty, no I/O.
 */
@NullMarked
package io.stoa.mesos.scheduler;

import org.jspecify.annotations.NullMarked;
