/**
 * What operators and their tools ask a leading master: Mesos' {@code /state}, and what Stoa's own command line needs
 * beyond it.
 *
 * <p>Reads snapshots. Soft state of its own: the tasks and frameworks that are over, which a new leader begins without,
 * as in Mesos; who has not come back to this leader yet; and what was printed of immutable values, which costs only
 * time to lose. Handlers answer on an executor, never on an event loop, since a big cluster takes a while to print.
 */
@NullMarked
package io.stoa.master.operator;

import org.jspecify.annotations.NullMarked;
