/**
 * What Mesos' v1 APIs have in common, at the master and at agents: how a call is read from a request, checked and
 * refused, and in which form it is answered. No state; runs on the event loop of the request's connection. May use:
 * {@code io.stoa.http}, {@code io.stoa.proto}.
 */
@NullMarked
package io.stoa.http.call;

import org.jspecify.annotations.NullMarked;
