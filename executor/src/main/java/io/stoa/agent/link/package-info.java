/**
 * The agent's side of its link to the master: finds the master, registers, answers pings, comes back after a loss. Soft
 * state but for the agent's id, which is in the work directory. Everything runs on the agent's own thread, which is
 * also gRPC's executor for this link.
 */
@NullMarked
package io.stoa.agent.link;

import org.jspecify.annotations.NullMarked;
