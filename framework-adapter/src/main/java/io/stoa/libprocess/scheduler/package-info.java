/**
 * Frameworks over libprocess, as the driver of Mesos' own library speaks and everybody who speaks like it: their
 * messages become calls of {@code io.stoa.mesos.scheduler}, and its events become messages to them. Knows the forms of
 * messages alone; what a call does is not here. A framework is known by its pid, which is the id of its stream.
 *
 * <p>Soft state: the links to subscribed frameworks, and which subscriptions are being stored. Losing it costs each
 * framework one new subscription. Messages come on the loops of the HTTP server, a framework's events leave on the
 * executor of its peer. May use: {@code io.stoa.libprocess}, {@code io.stoa.mesos.scheduler}, {@code io.stoa.proto}; no
 * Netty.
 */
@NullMarked
package io.stoa.libprocess.scheduler;

import org.jspecify.annotations.NullMarked;
