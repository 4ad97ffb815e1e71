/**
 * {@code GET /stoa/explain}: why a framework is offered nothing more, and what a task waits for, as JSON.
 *
 * <p>Reads a snapshot and asks the allocator. Soft state of its own: when tasks of which no agent has said anything yet
 * were launched, which a new leader does not know. Answers on the operators' executor. May use:
 * {@code io.stoa.master.operator}, {@code io.stoa.mesos.offer}.
 */
@NullMarked
package io.stoa.master.operator.explain;

import org.jspecify.annotations.NullMarked;
