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
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;

/**
 * A framework's subscription: events come in on one thread, calls go out on any. What goes wrong is a
 * {@link CommandException}.
 */
public final class SchedulerStream implements AutoCloseable {

    private static final String PATH = "/api/v1/scheduler";
    private static final String PROTOBUF = "application/x-protobuf";
    private static final int MAX_RECORD_BYTES = 64 * 1024 * 1024;

    private final HttpEndpoint master;
    private final String streamId;
    private final InputStream body;
    private final Deque<byte[]> records = new ArrayDeque<>();
    private final RecordIoDecoder decoder = new RecordIoDecoder(MAX_RECORD_BYTES, records::add);
    private final byte[] buffer = new byte[8192];

    private SchedulerStream(HttpEndpoint master, String streamId, InputStream body) {
        this.master = master;
        this.streamId = streamId;
        this.body = body;
    }

    public static SchedulerStream subscribe(HttpEndpoint master, FrameworkInfo framework) {
        Call call = Call.newBuilder()
                .setType(Call.Type.SUBSCRIBE)
                .setSubscribe(Call.Subscribe.newBuilder().setFrameworkInfo(framework))
                .build();
        HttpResponse<InputStream> response = master.send(post(master, call).build());
        if (response.statusCode() != 200) {
            throw master.refusal(PATH, response);
        }
        String streamId = response.headers().firstValue("Mesos-Stream-Id").orElse("");
        return new SchedulerStream(master, streamId, response.body());
    }

    /** Waits for the next event. */
    public Event next() {
        try {
            while (records.isEmpty()) {
                int count = body.read(buffer);
                if (count < 0) {
                    throw new CommandException(ExitCode.FAILED, master.name() + " ended the subscription");
                }
                decoder.decode(buffer, 0, count);
            }
            return Event.parseFrom(records.remove());
        } catch (RecordIoException e) {
            throw new CommandException(ExitCode.FAILED, master.name() + " sends no events: " + e.getMessage());
        } catch (IOException e) {
            throw master.unreachable(e);
        }
    }

    public void send(Call call) {
        HttpResponse<InputStream> response = master.send(
                post(master, call).header("Mesos-Stream-Id", streamId).build());
        if (response.statusCode() != 202) {
            throw master.refusal(PATH, response);
        }
        closeQuietly(response.body());
    }

    @Override
    public void close() {
        closeQuietly(body);
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
