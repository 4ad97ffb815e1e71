package io.stoa.mesos.v1;

import io.stoa.http.HttpReply;
import io.stoa.http.HttpResponse;
import io.stoa.http.HttpStream;
import io.stoa.http.call.MediaType;
import io.stoa.mesos.scheduler.EventStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;

/**
 * Events as the endless body of the answer to SUBSCRIBE; the answer begins with the first of them. Belongs to the event
 * loop of its connection.
 */
final class HttpEventStream implements EventStream {

    private static final byte[] NO_BODY = {};

    private final String id = UUID.randomUUID().toString();
    private final MediaType type;
    private final HttpReply reply;
    private final List<Runnable> closeActions = new ArrayList<>();
    private @Nullable HttpStream stream;
    private boolean closed;

    HttpEventStream(MediaType type, HttpReply reply) {
        this.type = type;
        this.reply = reply;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Executor executor() {
        return reply.eventLoop();
    }

    @Override
    public void send(Event event) {
        if (stream == null) {
            stream = reply.stream(
                    new HttpResponse(
                            200,
                            List.of(
                                    Map.entry(SchedulerHttpHandler.STREAM_ID, id),
                                    Map.entry("Content-Type", type.text())),
                            NO_BODY),
                    this::close);
        }
        stream.sendRecord(type.print(event));
    }

    @Override
    public void whenCaughtUp(int heldBytes, Runnable action) {
        if (stream == null) {
            action.run();
        } else {
            stream.whenCaughtUp(heldBytes, action);
        }
    }

    private void close() {
        closed = true;
        closeActions.forEach(Runnable::run);
    }

    @Override
    public void end() {
        if (stream == null) {
            reply.send(HttpResponse.text(503, "The subscription could not be stored; try again"));
        } else {
            stream.end();
        }
    }

    @Override
    public void whenClosed(Runnable action) {
        if (closed) {
            action.run();
        } else {
            closeActions.add(action);
        }
    }
}
