/** Tests of {@code /metrics/snapshot}. */
@NullMarked
package io.stoa.metrics;

import org.jspecify.annotations.NullMarked;
