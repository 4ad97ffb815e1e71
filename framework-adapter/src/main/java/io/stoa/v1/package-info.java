/**
 * Messages that Mesos' v1 operator APIs have in common, at the master and at agents, and the rules for the ids in them.
 * No state. May use: the flags' and protos' types.
 */
@NullMarked
package io.stoa.v1;

import org.jspecify.annotations.NullMarked;
