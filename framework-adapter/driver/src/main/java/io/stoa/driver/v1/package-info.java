/**
 * The two libraries for schedulers of the v1 API: events and calls as they are, over HTTP; and the same over the driver
 * of schedulers of the v0 API.
 *
 * <p>Messages are in protobuf, read by their fields' numbers. Soft state, each on a loop of its own.
 */
@NullMarked
package io.stoa.driver.v1;

import org.jspecify.annotations.NullMarked;
