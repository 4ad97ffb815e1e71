/**
 * {@code stoa run}: a framework that lives as long as its tasks, on the v1 scheduler API like any other framework.
 *
 * <p>Soft state only: when the process ends, the framework is torn down or, where that was not possible, removed by the
 * master after its failover timeout. {@link io.stoa.cli.run.TaskRun} decides, {@link io.stoa.cli.run.Subscription}
 * talks.
 */
@NullMarked
package io.stoa.cli.run;

import org.jspecify.annotations.NullMarked;
