/**
 * Runs the jobs of a file to their end, packed on as few hosts as will do.
 *
 * <p>{@link io.stoa.examples.batch.BatchScheduler} is what to read first. {@code Progress} and {@code BinPacking}
 * decide, and do nothing else. Soft state only: which tasks are done is in the cluster, as tasks that have ended and
 * that are not acknowledged until all are done, or until operators drain their agent.
 */
@NullMarked
package io.stoa.examples.batch;

import org.jspecify.annotations.NullMarked;
