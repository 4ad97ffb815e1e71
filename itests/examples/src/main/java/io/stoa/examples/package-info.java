/**
 * Schedulers to learn from: {@link io.stoa.examples.HelloScheduler} is the smallest, {@code batch} packs jobs,
 * {@code service} spreads services. {@code docs/getting-started/write-your-own-scheduler.md} walks through them.
 *
 * <p>No state of their own: all that they have to know again after {@code kill -9} is in the cluster. They use the
 * client library and the messages, nothing else of Stoa.
 */
@NullMarked
package io.stoa.examples;

import org.jspecify.annotations.NullMarked;
