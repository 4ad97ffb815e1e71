/**
 * {@code /metrics/snapshot} as master and agent have it, the figures of the machine, and what a master counts.
 *
 * <p>Soft state: when the next request may be answered, and the counts, which begin with the process. Handlers never
 * block. May use: {@code io.stoa.http}, the flags' types, the clock, the Mesos messages.
 */
@NullMarked
package io.stoa.metrics;

import org.jspecify.annotations.NullMarked;
