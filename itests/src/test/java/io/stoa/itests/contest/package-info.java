/**
 * Schedulers that claim over RPC and frameworks that accept offers, at the same moment after the same: on a master with
 * its real doors and its real commit loop, whose journal is in memory and whose agents run nothing.
 */
@NullMarked
package io.stoa.itests.contest;

import org.jspecify.annotations.NullMarked;
