/**
 * What is known of tasks on an agent, and told about them until their frameworks have acknowledged it. Hard state for
 * the host: what a task is and which updates are unacknowledged is in files below the work directory's {@code meta}.
 * Everything here runs on the agent's own thread, except what is said to run on any.
 */
@NullMarked
package io.stoa.agent.task;

import org.jspecify.annotations.NullMarked;
