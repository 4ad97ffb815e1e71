/**
 * Reading the cluster over RPC: snapshots, what changes behind them, lists, descriptions.
 *
 * <p>Soft state: the newest changes, encoded, and where each watcher is in them. Losing it makes watchers take new
 * snapshots. Descriptions are answered on the event loop of their call and cost what is asked for, whatever the size of
 * the cluster; what costs more is done in slices by the executor for reads. May use: the state, gRPC,
 * {@code io.stoa.http}, {@code io.stoa.time}, {@code io.stoa.rpc.entity}.
 */
@NullMarked
package io.stoa.rpc.cluster;

import org.jspecify.annotations.NullMarked;
