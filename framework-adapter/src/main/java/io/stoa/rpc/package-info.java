/**
 * The native RPC: what its services have in common. Who leads, what is said of requests that are not in order, health.
 *
 * <p>Soft state: open calls. Losing them makes clients call again. Calls are served by the event loops of their
 * connections, which never wait. May use: the state, {@code io.stoa.mesos}, {@code io.stoa.time}, gRPC.
 */
@NullMarked
package io.stoa.rpc;

import org.jspecify.annotations.NullMarked;
