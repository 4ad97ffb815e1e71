package io.stoa.agent.http;

import com.google.protobuf.ByteString;
import io.stoa.agent.container.ContainerIo;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpResponse;
import io.stoa.http.HttpStream;
import io.stoa.time.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.v1.Protos.DurationInfo;
import org.apache.mesos.v1.agent.Protos.ProcessIO;
import org.jspecify.annotations.Nullable;

/** A container's output on its way to a client, as fast as the client takes it. */
final class OutputAnswer implements ContainerIo.Listener {

    private static final long HEARTBEAT_MS = 30_000;
    /** For which a container stands still, and all others who listen, since one of them does. */
    private static final long PATIENCE_MS = 10_000;

    private static final ProcessIO HEARTBEAT = ProcessIO.newBuilder()
            .setType(ProcessIO.Type.CONTROL)
            .setControl(ProcessIO.Control.newBuilder()
                    .setType(ProcessIO.Control.Type.HEARTBEAT)
                    .setHeartbeat(ProcessIO.Control.Heartbeat.newBuilder()
                            .setInterval(DurationInfo.newBuilder()
                                    .setNanoseconds(TimeUnit.MILLISECONDS.toNanos(HEARTBEAT_MS)))))
            .build();

    private final RequestForms forms;
    private final HttpReply reply;
    private final Time time;
    private final boolean waits;
    private final CompletableFuture<?> end;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private @Nullable HttpStream stream;
    private Time.@Nullable Timer heartbeat;

    /**
     * @param waits for a client that stands still as long as it likes, since nobody else is kept waiting
     * @param end of the container
     */
    OutputAnswer(RequestForms forms, HttpReply reply, Time time, boolean waits, CompletableFuture<?> end) {
        this.forms = forms;
        this.reply = reply;
        this.time = time;
        this.waits = waits;
        this.end = end;
    }

    /** Completes when the answer is over, whoever ended it. */
    CompletableFuture<Void> closed() {
        return closed;
    }

    /** Begins the answer, unless it has begun. */
    synchronized HttpStream begin() {
        HttpStream begun = stream;
        if (begun == null) {
            begun = reply.stream(head(), this::close);
            stream = begun;
            heartbeat = time.after(HEARTBEAT_MS, reply.eventLoop(), this::beat);
        }
        return begun;
    }

    private HttpResponse head() {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        headers.add(Map.entry(
                "Content-Type",
                forms.streamsOut() ? RequestForms.RECORDIO : forms.accepted().text()));
        if (forms.streamsOut()) {
            headers.add(Map.entry("Message-Content-Type", forms.accepted().text()));
        }
        return new HttpResponse(200, headers, new byte[0]);
    }

    private synchronized void beat() {
        if (stream != null && !closed.isDone()) {
            send(stream, HEARTBEAT);
            heartbeat = time.after(HEARTBEAT_MS, reply.eventLoop(), this::beat);
        }
    }

    @Override
    public void output(ContainerIo.Source source, byte[] data) {
        HttpStream to = begin();
        send(
                to,
                ProcessIO.newBuilder()
                        .setType(ProcessIO.Type.DATA)
                        .setData(ProcessIO.Data.newBuilder()
                                .setType(
                                        source == ContainerIo.Source.STDERR
                                                ? ProcessIO.Data.Type.STDERR
                                                : ProcessIO.Data.Type.STDOUT)
                                .setData(ByteString.copyFrom(data)))
                        .build());
        CompletableFuture<Void> taken = new CompletableFuture<>();
        reply.eventLoop().execute(() -> to.whenCaughtUp(0, () -> taken.complete(null)));
        CompletableFuture<Object> goesOn = CompletableFuture.anyOf(taken, closed);
        if (!waits) {
            Time.Timer patience = time.after(PATIENCE_MS, reply.eventLoop(), to::cut);
            goesOn.whenComplete((nothing, failure) -> patience.cancel());
        }
        goesOn.join();
    }

    /** The answer ends when there is an exit status to ask for. */
    @Override
    public void ended() {
        end.thenRun(() -> begin().end());
    }

    private void send(HttpStream to, ProcessIO message) {
        to.sendRecord(forms.accepted().print(message));
    }

    private synchronized void close() {
        if (heartbeat != null) {
            heartbeat.cancel();
        }
        closed.complete(null);
    }
}
