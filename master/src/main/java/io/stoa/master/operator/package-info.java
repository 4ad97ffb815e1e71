/**
 * What operators and their tools see of a leading master and change in it: Mesos' v0 endpoints, and what Stoa's own
 * command line needs beyond them. Reports and writers show; a desk is a group of changes, for v0 and v1 alike, each a
 * transaction that is answered when it is durable.
 *
 * <p>Reads snapshots. Soft state of its own: the tasks and frameworks that are over, which a new leader begins without,
 * as in Mesos; and what was printed of immutable values, which costs only time to lose. Handlers answer on an executor,
 * never on an event loop, since a big cluster takes a while to print.
 */
@NullMarked
package io.stoa.master.operator;

import org.jspecify.annotations.NullMarked;
