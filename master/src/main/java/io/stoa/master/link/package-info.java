/**
 * The master's end of the links to the agents: admission, launches as the effect of committed claims, status updates
 * into transactions, and what becomes of tasks whose host is silent.
 *
 * <p>Soft state: open streams and when each agent was last heard. Losing it costs one re-registration of every agent.
 * Streams are handled by the threads of the RPC server, effects by the thread that publishes; neither ever blocks, and
 * nothing here has a thread of its own. May use: the state, {@code io.stoa.mesos}, {@code io.stoa.time}, gRPC.
 */
@NullMarked
package io.stoa.master.link;

import org.jspecify.annotations.NullMarked;
