/**
 * Client libraries of Mesos that others wrote, as they were released, each in a process of its own: what they see is
 * held against what Stoa says and against the tasks' processes.
 */
@NullMarked
package io.stoa.itests.clients;

import org.jspecify.annotations.NullMarked;
