/**
 * The HTTP toolkit on Netty: one port for HTTP/1.1, in libprocess' manner, and for gRPC. Soft state (connections);
 * losing it makes clients connect again. Handlers run on the event loop of their connection and must not block; replies
 * may come from any thread. May use: Netty, gRPC, {@code io.stoa.time}.
 */
@NullMarked
package io.stoa.http;

import org.jspecify.annotations.NullMarked;
