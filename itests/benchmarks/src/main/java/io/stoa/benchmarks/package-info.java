/**
 * What the figures in docs/development/benchmarks.md come from. Holds no state; each benchmark brings its own cluster
 * and its own ZooKeeper, with fsync.
 */
@NullMarked
package io.stoa.benchmarks;

import org.jspecify.annotations.NullMarked;
