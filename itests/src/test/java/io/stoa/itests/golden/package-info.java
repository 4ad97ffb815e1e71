/**
 * Replays recorded exchanges of real Mesos clients, agents and masters against the parts of a master, in time that is
 * moved by hand, and says what differs. Ids, times, process ids and addresses are matched by first appearance.
 */
@NullMarked
package io.stoa.itests.golden;

import org.jspecify.annotations.NullMarked;
