/**
 * The assembly of a master: the only place that wires. What it wires is in other packages; here are its flags, its life
 * (following, elected, leading, deposed) and the order in which effects leave.
 *
 * <p>Soft state: the term in which this process leads. One thread, {@code master}, changes it.
 */
@NullMarked
package io.stoa.master;

import org.jspecify.annotations.NullMarked;
