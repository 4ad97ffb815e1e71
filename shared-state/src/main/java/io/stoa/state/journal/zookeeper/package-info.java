/**
 * The journal on ZooKeeper, and what else the cluster needs to know of ZooKeeper: its URLs. Hard state; with the
 * ensemble everything is lost.
 */
@NullMarked
package io.stoa.state.journal.zookeeper;

import org.jspecify.annotations.NullMarked;
