package io.stoa.itests.golden;

import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.proto.json.MesosJson;
import io.stoa.proto.json.MesosJsonException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.jspecify.annotations.Nullable;

/**
 * Does again what the recorded clients did, at their pace, and compares what comes back. Heartbeats after the first are
 * not compared: when they fall depends on when the streams began.
 */
final class Replay {

    /** How much later than recorded an answer may come. */
    private static final long PATIENCE_MS = 4_000;

    private final InetSocketAddress master;
    private final Correspondence ids = new Correspondence();
    private final Comparison comparison = new Comparison(ids);
    private final Map<String, RawConnection> connections = new HashMap<>();
    private final Map<String, Integer> events = new HashMap<>();
    private final Map<String, Block> pushedBack = new HashMap<>();
    private final List<Difference> differences = new ArrayList<>();
    private String lastRemark = "";

    private Replay(InetSocketAddress master) {
        this.master = master;
    }

    /** @param resource a recording on the class path */
    static List<Difference> run(String resource, InetSocketAddress master) throws IOException, InterruptedException {
        Replay replay = new Replay(master);
        try {
            replay.run(RecordingParser.parse(resource));
        } finally {
            for (RawConnection connection : replay.connections.values()) {
                connection.close();
            }
        }
        return replay.differences;
    }

    private void run(List<Block> blocks) throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        for (Block block : blocks) {
            if (block instanceof Block.Request request) {
                waitUntil(startNs, request.at());
                send(request);
            } else if (block instanceof Block.ClosedByClient closed) {
                waitUntil(startNs, closed.at());
                connection(closed.connection()).close();
            } else {
                expect(block);
            }
        }
    }

    private static void waitUntil(long startNs, double seconds) {
        long dueNs = startNs + (long) (seconds * 1e9);
        for (long leftNs = dueNs - System.nanoTime(); leftNs > 0; leftNs = dueNs - System.nanoTime()) {
            LockSupport.parkNanos(leftNs);
        }
    }

    private RawConnection connection(String name) throws IOException {
        RawConnection connection = connections.get(name);
        if (connection == null) {
            connection = new RawConnection(name, master);
            connections.put(name, connection);
        }
        return connection;
    }

    private void send(Block.Request request) throws IOException {
        lastRemark = request.remark();
        byte[] body = body(request);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < request.times(); i++) {
            for (String line : request.head()) {
                String sent = line.startsWith("Content-Length: ") ? "Content-Length: " + body.length : line;
                bytes.writeBytes((ids.translate(sent) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            }
            bytes.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
            bytes.writeBytes(isChunked(request) ? chunked(body) : body);
        }
        connection(request.connection()).send(request.method(), bytes.toByteArray());
    }

    private static boolean isChunked(Block.Request request) {
        return request.head().stream()
                .anyMatch(line -> line.toLowerCase(Locale.ROOT).equals("transfer-encoding: chunked"));
    }

    private static byte[] chunked(byte[] body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes((Integer.toHexString(body.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(body);
        bytes.writeBytes("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return bytes.toByteArray();
    }

    private byte[] body(Block.Request request) {
        byte[] recorded = request.body();
        if (recorded.length == 0 || !request.head().contains("Content-Type: application/x-protobuf")) {
            return ids.translate(new String(recorded, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
        }
        try {
            String json = new String(MesosJson.print(Call.parseFrom(recorded)), StandardCharsets.UTF_8);
            return MesosJson.parse(ids.translate(json).getBytes(StandardCharsets.UTF_8), Call.newBuilder())
                    .build()
                    .toByteArray();
        } catch (InvalidProtocolBufferException | MesosJsonException e) {
            // Malformed on purpose: sent as it is.
            return recorded;
        }
    }

    private void expect(Block expected) throws IOException, InterruptedException {
        Block actual = next(expected.connection());
        if (expected instanceof Block.StreamedEvent event && isLaterHeartbeat(event)) {
            if (!(actual instanceof Block.StreamedEvent other) || !Comparison.isHeartbeat(other.record())) {
                pushBack(expected.connection(), actual);
            }
            return;
        }
        while (actual instanceof Block.StreamedEvent event
                && Comparison.isHeartbeat(event.record())
                && !isHeartbeat(expected)) {
            actual = next(expected.connection());
        }
        if (!same(expected, actual)) {
            differences.add(
                    new Difference(expected.at(), expected.connection(), lastRemark, show(expected), show(actual)));
        }
    }

    private void pushBack(String connection, @Nullable Block block) {
        if (block != null) {
            pushedBack.put(connection, block);
        }
    }

    private @Nullable Block next(String connection) throws IOException, InterruptedException {
        Block pushed = pushedBack.remove(connection);
        return pushed != null ? pushed : connection(connection).next(PATIENCE_MS);
    }

    private boolean isLaterHeartbeat(Block.StreamedEvent event) {
        return events.merge(event.connection(), 1, Integer::sum) > 2 && isHeartbeat(event);
    }

    private static boolean isHeartbeat(Block block) {
        return block instanceof Block.StreamedEvent event && Comparison.isHeartbeat(event.record());
    }

    private boolean same(Block expected, @Nullable Block actual) {
        if (expected instanceof Block.Response response && actual instanceof Block.Response other) {
            return comparison.sameResponse(response, other);
        }
        if (expected instanceof Block.StreamedEvent event && actual instanceof Block.StreamedEvent other) {
            return comparison.sameEvent(event.record(), other.record());
        }
        return actual != null && expected.getClass() == actual.getClass();
    }

    private static String show(@Nullable Block block) {
        if (block instanceof Block.Response response) {
            return response.head() + " " + new String(response.body(), StandardCharsets.UTF_8);
        }
        return block instanceof Block.StreamedEvent event
                ? Comparison.show(event.record())
                : block == null ? "nothing" : block.getClass().getSimpleName();
    }
}
