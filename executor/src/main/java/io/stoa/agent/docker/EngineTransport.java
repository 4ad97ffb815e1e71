package io.stoa.agent.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import io.stoa.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * HTTP to an engine over its socket, with a connection for each request. The transports that come with the client know
 * no limit of time on such sockets, and none of them can break off a request before its answer begins.
 */
final class EngineTransport implements DockerHttpClient {

    private final UnixDomainSocketAddress address;
    private final Time time;
    private final long silenceMs;
    private final Set<EngineConnection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** @param silenceMs for how long the engine may say nothing while something is expected of it */
    EngineTransport(Path socket, Time time, long silenceMs) {
        address = UnixDomainSocketAddress.of(socket);
        this.time = time;
        this.silenceMs = silenceMs;
    }

    /** @throws UncheckedIOException where there is no answer */
    @Override
    public Response execute(Request request) {
        EngineConnection connection = null;
        try {
            connection = new EngineConnection(time, silenceMs, open::remove);
            open.add(connection);
            if (closed) {
                throw new IOException("Closed");
            }
            connection.ask(address, request);
            return connection;
        } catch (IOException e) {
            if (connection != null) {
                connection.close();
            }
            throw new UncheckedIOException(e);
        }
    }

    /** Breaks off whatever is under way. */
    @Override
    public void close() {
        closed = true;
        open.forEach(EngineConnection::close);
    }
}
