/**
 * The log that makes the state durable: what a journal is, the form of its entries and snapshots, and one in memory.
 *
 * <p>Hard state. A journal that loses an acknowledged entry loses what was promised to somebody, so it acknowledges
 * none before it is durable; one that is fenced off by a newer epoch refuses every append as a whole. Appends come from
 * the {@code state-commit} thread, acknowledgements from the journal's own. May use: the model, transactions,
 * {@code proto}.
 */
@NullMarked
package io.stoa.state.journal;

import org.jspecify.annotations.NullMarked;
