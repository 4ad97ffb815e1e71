/** What values of Mesos' messages mean, for everybody who sees them. No state, no threads. */
@NullMarked
package io.stoa.proto.mesos;

import org.jspecify.annotations.NullMarked;
