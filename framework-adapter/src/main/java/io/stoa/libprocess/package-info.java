/**
 * libprocess' messages over HTTP, as Mesos' own library speaks: what comes is handed to the process that it is for,
 * what goes is posted to the port of its receiver over connections of our own. Knows nothing of what the messages mean.
 *
 * <p>Soft state (connections, what waits to be sent); losing it is to a peer as if this process had died. Runs on the
 * event loops of the HTTP server for what comes, on its own for what goes. May use: Netty, {@code io.stoa.http}.
 */
@NullMarked
package io.stoa.libprocess;

import org.jspecify.annotations.NullMarked;
