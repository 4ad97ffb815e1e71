/**
 * JSON that Mesos' v0 endpoints have in common: what {@code /state} says of resources, attributes and tasks, at the
 * master and at agents. No state; whoever prints writes on its own thread.
 */
@NullMarked
package io.stoa.v0;

import org.jspecify.annotations.NullMarked;
