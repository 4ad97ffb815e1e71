/**
 * Agents that are none, with which a master that does not lead yet rehearses what it will have to do when it does: they
 * come back over the real link, to a term on a state of its own.
 *
 * <p>Soft state: none that anybody would miss. One event loop serves all connections. May use: the state, the link's
 * messages, Netty.
 */
@NullMarked
package io.stoa.master.rehearsal;

import org.jspecify.annotations.NullMarked;
