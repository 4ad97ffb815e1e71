/**
 * The journal on ZooKeeper, the ZooKeeper that runs inside a master, and what else the cluster needs to know of
 * ZooKeeper: its URLs and its sessions.
 *
 * <p>Hard state; with the ensemble everything is lost. Below the path of the URL:
 *
 * <pre>
 * stoa/epoch                        its version is the epoch: taking over sets it once more
 * stoa/entries/0000000042           one entry
 * stoa/snapshots/0000000040/000000  a piece of a compressed snapshot of everything up to entry 40
 * stoa/snapshots/0000000040/done    how many pieces, and their checksum; without it the snapshot does not count
 * </pre>
 *
 * <p>Appends are sent by the {@code state-commit} thread and acknowledged on ZooKeeper's event thread; reads block
 * whoever asks.
 */
@NullMarked
package io.stoa.state.journal.zookeeper;

import org.jspecify.annotations.NullMarked;
