/**
 * What Mesos' v0 endpoints have in common, at the master and at agents: JSON of resources, attributes and tasks, as
 * {@code /state} says it, and {@code /help}. No state; whoever prints writes on its own thread.
 */
@NullMarked
package io.stoa.v0;

import org.jspecify.annotations.NullMarked;
