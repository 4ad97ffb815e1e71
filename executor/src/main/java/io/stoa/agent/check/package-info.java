/**
 * Checks and health checks of tasks: what is tried, when, and what follows of the result. Soft state: after a restart
 * of the agent it is what the task's updates tell. Everything runs on the agent's own thread, except the attempts
 * themselves, which take no thread each: they wait on sockets, or for a command that the container runs.
 */
@NullMarked
package io.stoa.agent.check;

import org.jspecify.annotations.NullMarked;
