/**
 * The executor's side of the driver: what libmesos' executor driver does, over the v1 API of agents.
 *
 * <p>Everything belongs to the driver's one loop. Soft state: the updates and tasks that the agent has not acknowledged
 * are said again when it comes back, and are lost with the executor's process, as its tasks are.
 */
@NullMarked
package io.stoa.driver.executor;

import org.jspecify.annotations.NullMarked;
