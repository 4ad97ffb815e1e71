package io.stoa.cli.run;

import io.stoa.cli.CommandException;
import io.stoa.cli.ExitCode;
import io.stoa.cli.HttpEndpoint;
import io.stoa.proto.recordio.RecordIoDecoder;
import io.stoa.proto.recordio.RecordIoException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;

/**
 * One subscription of a framework, on one connection: events come in on one thread, calls go out on any. What goes
 * wrong is a {@link CommandException}; where the connection does, {@link ExitCode#UNREACHABLE}.
 */
final class SchedulerStream implements AutoCloseable {

    private static final String PATH = "/api/v1/scheduler";
    private static final String PROTOBUF = "application/x-protobuf";
    private static final int MAX_RECORD_BYTES = 64 * 1024 * 1024;
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    /** As many may be missing as Mesos' own clients allow. */
    private static final int MISSING_HEARTBEATS_MAX = 5;

    private final HttpEndpoint master;
    private final String streamId;
    private final InputStream body;
    private final Deque<byte[]> records = new ArrayDeque<>();
    private final RecordIoDecoder decoder = new RecordIoDecoder(MAX_RECORD_BYTES, records::add);
    private final byte[] buffer = new byte[8192];
    private final ScheduledThreadPoolExecutor watch = new ScheduledThreadPoolExecutor(1, SchedulerStream::daemon);
    private long silenceMaxMs = Long.MAX_VALUE;

    private SchedulerStream(HttpEndpoint master, String streamId, InputStream body) {
        this.master = master;
        this.streamId = streamId;
        this.body = body;
        watch.setRemoveOnCancelPolicy(true);
    }

    static SchedulerStream subscribe(HttpEndpoint master, FrameworkInfo framework) {
        Call.Builder call = Call.newBuilder()
                .setType(Call.Type.SUBSCRIBE)
                .setSubscribe(Call.Subscribe.newBuilder().setFrameworkInfo(framework));
        if (framework.hasId()) {
            call.setFrameworkId(framework.getId());
        }
        HttpResponse<InputStream> response =
                master.send(post(master, call.build()).timeout(ANSWER_TIMEOUT).build());
        if (response.statusCode() == 401) {
            closeQuietly(response.body());
            throw new CommandException(
                    ExitCode.FAILED,
                    master.name() + " does not know who this is (expected: a --principal and its --secret)");
        }
        if (response.statusCode() != 200) {
            throw master.refusal(PATH, response);
        }
        String streamId = response.headers().firstValue("Mesos-Stream-Id").orElse("");
        return new SchedulerStream(master, streamId, response.body());
    }

    /** Waits for the next event, but no longer than heartbeats can be missing. */
    Event next() {
        try {
            while (records.isEmpty()) {
                int count = read();
                if (count < 0) {
                    throw new IOException("it ended the subscription");
                }
                decoder.decode(buffer, 0, count);
            }
            Event event = Event.parseFrom(records.remove());
            if (event.getType() == Event.Type.SUBSCRIBED
                    && event.getSubscribed().hasHeartbeatIntervalSeconds()) {
                silenceMaxMs =
                        (long) (event.getSubscribed().getHeartbeatIntervalSeconds() * 1000 * MISSING_HEARTBEATS_MAX);
            }
            return event;
        } catch (RecordIoException e) {
            throw new CommandException(ExitCode.FAILED, master.name() + " sends no events: " + e.getMessage());
        } catch (IOException e) {
            throw master.unreachable(e);
        }
    }

    /** A connection that nobody answers on any more does not end by itself. */
    private int read() throws IOException {
        ScheduledFuture<?> silence = watch.schedule(this::closeBody, silenceMaxMs, TimeUnit.MILLISECONDS);
        try {
            return body.read(buffer);
        } finally {
            silence.cancel(false);
        }
    }

    void send(Call call) {
        HttpResponse<InputStream> response = master.send(post(master, call)
                .header("Mesos-Stream-Id", streamId)
                .timeout(ANSWER_TIMEOUT)
                .build());
        if (response.statusCode() != 202) {
            throw master.refusal(PATH, response);
        }
        closeQuietly(response.body());
    }

    @Override
    public void close() {
        watch.shutdownNow();
        closeBody();
    }

    private void closeBody() {
        closeQuietly(body);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "silence");
        thread.setDaemon(true);
        return thread;
    }

    private static HttpRequest.Builder post(HttpEndpoint master, Call call) {
        return master.request(PATH)
                .header("Content-Type", PROTOBUF)
                .header("Accept", PROTOBUF)
                .POST(BodyPublishers.ofByteArray(call.toByteArray()));
    }

    private static void closeQuietly(InputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            // Nothing more is wanted from it.
        }
    }
}
