/**
 * The life of tasks on an agent: launched, killed, reported until the framework has acknowledged. Hard state for the
 * host: what a task is and which updates are unacknowledged is in files below the work directory's {@code meta}, so
 * that a killed agent knows its tasks again. Everything here runs on the agent's own thread, except what is said to run
 * on the launches' executor.
 */
@NullMarked
package io.stoa.agent.task;

import org.jspecify.annotations.NullMarked;
