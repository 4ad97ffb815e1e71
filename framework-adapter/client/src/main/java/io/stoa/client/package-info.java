/**
 * For schedulers in Java that see the whole cluster: look, propose, and learn what was committed and what conflicted.
 *
 * <p>Begin with {@link io.stoa.client.Scheduler}, which is what you write, and {@link io.stoa.client.SchedulerLoop},
 * which runs it. {@link io.stoa.client.ClusterMirror} keeps a picture of the cluster for those who only look.
 *
 * <p>Soft state only: everything here can be lost with the process; another instance learns all of it from the masters.
 * A loop or a mirror lives on one thread of its own; gRPC's threads only hand over to it. Nothing is queued without a
 * limit: streams are read as fast as that thread gets through them. Uses {@code io.stoa.proto.v1}, Mesos' messages and
 * gRPC, no other module.
 */
@NullMarked
package io.stoa.client;

import org.jspecify.annotations.NullMarked;
