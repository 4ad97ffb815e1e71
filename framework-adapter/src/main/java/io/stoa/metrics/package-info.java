/**
 * {@code /metrics/snapshot} as master and agent have it, and the figures of the machine.
 *
 * <p>Soft state: when the next request may be answered. Handlers never block. May use: {@code io.stoa.http}, the flags'
 * types, the clock.
 */
@NullMarked
package io.stoa.metrics;

import org.jspecify.annotations.NullMarked;
