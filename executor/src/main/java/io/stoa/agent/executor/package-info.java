/**
 * Who runs tasks on this host. For a command task and for pods (Mesos' default executor) the agent itself speaks; a
 * custom executor is a program of the framework, which speaks over HTTP. Hard state for the host: which executors and
 * tasks there are is in files below the work directory's {@code meta}, so that a killed agent knows them again.
 * Everything here runs on the agent's own thread, except what is said to run on the launches' executor.
 */
@NullMarked
package io.stoa.agent.executor;

import org.jspecify.annotations.NullMarked;
