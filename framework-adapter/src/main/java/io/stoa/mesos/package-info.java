/**
 * Mesos on the shared state: where the parts that translate Mesos' schedulers meet the agents. The gateways here are
 * what the master wires.
 */
@NullMarked
package io.stoa.mesos;

import org.jspecify.annotations.NullMarked;
