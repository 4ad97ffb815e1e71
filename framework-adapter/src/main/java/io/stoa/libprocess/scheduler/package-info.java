/** Frameworks over libprocess. May use: {@code io.stoa.libprocess}, {@code io.stoa.mesos.scheduler}. */
@NullMarked
package io.stoa.libprocess.scheduler;

import org.jspecify.annotations.NullMarked;
