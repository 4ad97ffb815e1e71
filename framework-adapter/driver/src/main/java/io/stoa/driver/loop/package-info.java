/**
 * The one thread of a driver.
 *
 * <p>What the protocol brings, what the framework asks for and the framework's callbacks run on it one at a time and in
 * order, as they do in libmesos, so that neither the driver's state nor the framework needs a lock. Soft state; what
 * waits here is lost with the process.
 */
@NullMarked
package io.stoa.driver.loop;

import org.jspecify.annotations.NullMarked;
