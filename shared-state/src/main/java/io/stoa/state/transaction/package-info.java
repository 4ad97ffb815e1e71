/**
 * What a scheduler or the master asks of the state (mutations, in a transaction), what came of it (changes or
 * conflicts), and the pure decision between the two. No clock, no randomness, no I/O: times and ids come in.
 */
@NullMarked
package io.stoa.state.transaction;

import org.jspecify.annotations.NullMarked;
