/**
 * Replays recorded exchanges of real Mesos clients and masters against a running master and says what differs. Needs
 * nothing but the master's address; ids, times, process ids and addresses are matched by first appearance.
 */
@NullMarked
package io.stoa.itests.golden;

import org.jspecify.annotations.NullMarked;
