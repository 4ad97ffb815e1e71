package io.stoa.mesos.v1;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.stoa.mesos.scheduler.EventStream;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Events as the endless body of the answer to SUBSCRIBE; the answer begins with the first of them. */
final class HttpEventStream implements EventStream {

    private static final Logger log = LoggerFactory.getLogger(HttpEventStream.class);

    private final String id = UUID.randomUUID().toString();
    private final MediaType type;
    private final HttpReply reply;
    private final long maxPendingBytes;
    private boolean begun;
    private boolean over;

    HttpEventStream(MediaType type, HttpReply reply, long maxPendingBytes) {
        this.type = type;
        this.reply = reply;
        this.maxPendingBytes = maxPendingBytes;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Executor executor() {
        return reply.executor();
    }

    @Override
    public void send(Event event) {
        if (over) {
            return;
        }
        if (!begun) {
            begun = true;
            reply.begin(new DefaultHttpHeaders()
                    .set(SchedulerHttpHandler.STREAM_ID, id)
                    .set("Content-Type", type.text()));
        }
        if (reply.pendingBytes() > maxPendingBytes) {
            log.warn(
                    "event stream cut stream={} pendingBytes={} (expected: <= {})",
                    id,
                    reply.pendingBytes(),
                    maxPendingBytes);
            over = true;
            reply.close();
            return;
        }
        reply.write(EventEncoder.encode(type, event, reply.allocator()));
    }

    @Override
    public void end() {
        if (over) {
            return;
        }
        over = true;
        if (begun) {
            reply.end();
        } else {
            reply.respond(
                    HttpResponseStatus.SERVICE_UNAVAILABLE,
                    EmptyHttpHeaders.INSTANCE,
                    "The subscription could not be stored; try again");
        }
    }

    @Override
    public void whenClosed(Runnable action) {
        reply.whenClosed(action);
    }
}
