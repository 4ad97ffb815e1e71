/**
 * What an agent knows of its earlier life: who it was, whether its host has been restarted since, and what becomes of
 * what cannot be read. Hard state of the host, below the work directory's {@code meta}; losing it makes another agent
 * of it, and its tasks are lost. Used on the thread that starts the agent, later on the agent's own.
 */
@NullMarked
package io.stoa.agent.recovery;

import org.jspecify.annotations.NullMarked;
