/**
 * A whole cluster in one process, for the machine of whoever tries Stoa or tests it: ZooKeeper, a master and agents.
 * The only place besides the launcher that knows the agent. Hard state is in the data directory.
 */
@NullMarked
package io.stoa.master.dev;

import org.jspecify.annotations.NullMarked;
