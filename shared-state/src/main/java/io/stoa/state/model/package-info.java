/**
 * What the cluster consists of, as immutable values: agents, frameworks, tasks, executors and the snapshot that holds
 * them all at one version. Hard state; replayed from the journal.
 */
@NullMarked
package io.stoa.state.model;

import org.jspecify.annotations.NullMarked;
