/**
 * Time as something that is passed in: the system's for a cluster, one moved by hand for tests and simulation. Nothing
 * else in the project reads a clock or starts a timer.
 */
@NullMarked
package io.stoa.time;

import org.jspecify.annotations.NullMarked;
