/**
 * Who of several masters leads: each holds an ephemeral znode, as Mesos' masters do, and the lowest number leads;
 * beside it lies one for clients of the oldest form.
 *
 * <p>Soft state: the znode dies with the session. That it is never true of two masters at once is not relied on: the
 * journal's epoch fences off whoever still believes to lead. Runs on ZooKeeper's event thread.
 */
@NullMarked
package io.stoa.master.election;

import org.jspecify.annotations.NullMarked;
