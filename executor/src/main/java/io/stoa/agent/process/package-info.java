/**
 * The containerizer {@code mesos} for command tasks: plain processes of the host under a shim, a small C program that
 * outlives the agent and records how its command ended. Soft state: what a restarted agent needs is in the container's
 * runtime directory, written by the shim. One thread watches all shims; launches run on the executor that is passed in.
 */
@NullMarked
package io.stoa.agent.process;

import org.jspecify.annotations.NullMarked;
