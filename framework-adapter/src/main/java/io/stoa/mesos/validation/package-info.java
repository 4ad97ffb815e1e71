/**
 * Mesos' rules for what schedulers say: calls, frameworks, tasks. Pure functions that give what is wrong in Mesos'
 * words, or nothing; they throw for no message whatsoever. No state, no thread of their own.
 */
@NullMarked
package io.stoa.mesos.validation;

import org.jspecify.annotations.NullMarked;
