/**
 * Mesos' offer constraints: which agents a framework wants to be offered in its roles, by their attributes. Immutable,
 * hence safe for use by any thread. Holds no state; frameworks send their constraints again with each subscription. May
 * use: RE2/J; no I/O.
 */
@NullMarked
package io.stoa.mesos.constraint;

import org.jspecify.annotations.NullMarked;
