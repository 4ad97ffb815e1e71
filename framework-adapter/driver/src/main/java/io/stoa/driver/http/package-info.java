/**
 * One connection to Mesos' v1 API, of schedulers or of executors: SUBSCRIBE with its stream of events, and the calls
 * beside it.
 *
 * <p>On plain sockets, since the JDK's own client repeats a POST by itself, shares its idle connections with the
 * framework and cannot be closed from another thread while it reads. Two daemon threads a connection; whatever they
 * meet, also an {@code OutOfMemoryError}, ends in {@link io.stoa.driver.http.ApiListener#lost}. Soft state.
 */
@NullMarked
package io.stoa.driver.http;

import org.jspecify.annotations.NullMarked;
