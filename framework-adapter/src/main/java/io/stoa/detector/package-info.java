/**
 * Which master leads: read from ZooKeeper as every Mesos component does, or given as a fixed address. Used by agents,
 * by masters that do not lead, and by the command line.
 *
 * <p>Soft state. Callbacks come on ZooKeeper's event thread. May use: Curator, {@code proto}.
 */
@NullMarked
package io.stoa.detector;

import org.jspecify.annotations.NullMarked;
