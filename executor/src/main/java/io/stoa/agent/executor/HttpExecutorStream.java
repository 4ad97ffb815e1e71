package io.stoa.agent.executor;

import io.stoa.http.HttpReply;
import io.stoa.http.HttpResponse;
import io.stoa.http.HttpStream;
import io.stoa.http.call.MediaType;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.mesos.v1.executor.Protos.Event;

/** Events as the endless body of the answer to SUBSCRIBE. */
final class HttpExecutorStream implements ExecutorStream {

    private static final byte[] NO_BODY = {};

    private final MediaType type;
    private final HttpStream stream;

    /** @param closed told, on the connection's event loop, when the connection is gone, whoever closed it */
    HttpExecutorStream(MediaType type, HttpReply reply, Consumer<ExecutorStream> closed) {
        this.type = type;
        stream = reply.stream(
                new HttpResponse(200, List.of(Map.entry("Content-Type", type.text())), NO_BODY),
                () -> closed.accept(this));
    }

    @Override
    public void send(Event event) {
        stream.sendRecord(type.print(event));
    }

    @Override
    public void end() {
        stream.end();
    }
}
