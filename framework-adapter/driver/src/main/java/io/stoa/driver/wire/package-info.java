/**
 * Mesos' messages as fields by number.
 *
 * <p>The v0 and v1 forms of a message have the same numbers, and the framework's own classes of them may be of any
 * version of the bindings, or relocated. So calls and events are read and written here without those classes, one level
 * at a time: a message within a message is handed on as its bytes. No state; any thread.
 */
@NullMarked
package io.stoa.driver.wire;

import org.jspecify.annotations.NullMarked;
