package io.stoa.http;

import io.stoa.time.SystemTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Servers at free ports of the loopback. */
public final class LocalServer {

    private LocalServer() {}

    public static HttpServer of(HttpRoutes routes) throws IOException {
        return of(routes, HttpLimits.STANDARD);
    }

    public static HttpServer of(HttpRoutes routes, HttpLimits limits) throws IOException {
        return new HttpServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                routes,
                List.of(),
                limits,
                new SystemTime());
    }
}
