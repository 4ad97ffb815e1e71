package io.stoa.itests.golden;

import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.proto.json.MesosJson;
import io.stoa.proto.json.MesosJsonException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.mesos.v1.scheduler.Protos.Call;

/**
 * Does again what the recorded clients did, at their pace, and compares what comes back. All that was recorded must
 * come, and nothing else; but for ids, times and addresses it must be the same. Free is only what Mesos itself leaves
 * to chance:
 *
 * <ul>
 *   <li>which of two agents is which: agents are offered in random order, so the first offer that is alike decides;
 *   <li>the order of offers and of rescinded offers, and how many offers one OFFERS event holds;
 *   <li>the order of updates of different tasks (those of one task keep theirs), and of updates and offers;
 *   <li>the moment, by {@link #EARLY_S} and {@link #PATIENCE_S}; the allocator's cycles begin where the recorded ones
 *       did;
 *   <li>heartbeats after the first: when they fall depends on when the streams began.
 * </ul>
 */
final class Replay {

    /** How much later than recorded something may come, in seconds. */
    private static final double PATIENCE_S = 4;

    /** How much earlier: less than a cycle of allocation. */
    private static final double EARLY_S = 0.8;

    /** The recorded masters' cycles took this long, in seconds, or a little longer. */
    private static final double CYCLE_S = 1.0005;

    private final ReplayCluster cluster;
    private final ReplayClock clock = new ReplayClock();
    private final Correspondence ids = new Correspondence();
    private final Comparison comparison = new Comparison(ids);
    private final Pieces recorded = new Pieces();
    private final Map<String, Arrivals> connections = new HashMap<>();
    private final List<Difference> differences = new ArrayList<>();
    private final double firstCycle;
    private double nextCycle;
    private double allocatorAhead;
    private String lastRemark = "";

    private Replay(ReplayCluster cluster, double firstCycle) {
        this.cluster = cluster;
        this.firstCycle = firstCycle;
        nextCycle = firstCycle;
    }

    /**
     * @param blocks a recording
     * @param firstCycle when its first cycle of allocation ran, in seconds
     */
    static List<Difference> run(List<Block> blocks, ReplayCluster cluster, double firstCycle)
            throws IOException, InterruptedException {
        Replay replay = new Replay(cluster, firstCycle);
        try {
            replay.run(blocks);
        } finally {
            for (Arrivals arrivals : replay.connections.values()) {
                arrivals.close();
            }
        }
        return replay.differences;
    }

    private void run(List<Block> blocks) throws IOException, InterruptedException {
        for (Block block : blocks) {
            for (; nextCycle <= block.at(); nextCycle += CYCLE_S) {
                waitUntil(nextCycle);
            }
            if (block instanceof Block.Request request) {
                waitUntil(request.at());
                send(request);
            } else if (block instanceof Block.ClosedByClient closed) {
                waitUntil(closed.at());
                connection(closed.connection()).close();
            } else {
                for (Piece piece : recorded.of(block)) {
                    expect(piece);
                }
            }
        }
        for (Arrivals arrivals : connections.values()) {
            for (Piece piece : arrivals.unexpected()) {
                differences.add(
                        new Difference(piece.at(), piece.block().connection(), "", "nothing", piece.toString()));
            }
        }
    }

    /** The allocator's first cycle comes one interval after its start. */
    private void waitUntil(double seconds) {
        clock.waitUntil(seconds);
        for (; nextCycle > seconds + CYCLE_S; nextCycle -= CYCLE_S) {
            // Cycles ran on while something was missing.
            allocatorAhead += CYCLE_S;
        }
        double sinceFirst = seconds + allocatorAhead - firstCycle;
        cluster.advanceAllocatorTo(Math.round((1 + sinceFirst / CYCLE_S) * 1e3));
    }

    private Arrivals connection(String name) throws IOException {
        Arrivals arrivals = connections.get(name);
        if (arrivals == null) {
            arrivals = new Arrivals(new RawConnection(name, cluster.address(), clock));
            connections.put(name, arrivals);
        }
        return arrivals;
    }

    private void expect(Piece piece) throws IOException, InterruptedException {
        double deadline = Math.max(clock.now(), piece.at()) + PATIENCE_S;
        Arrivals arrivals = connection(piece.block().connection());
        boolean came = take(piece, arrivals, deadline);
        while (!came && !piece.isInOrder() && clock.now() < deadline) {
            // What gave the resources back may have missed the cycle by a moment.
            waitUntil(nextCycle);
            nextCycle += CYCLE_S;
            came = take(piece, arrivals, deadline);
        }
        if (!came) {
            differences.add(new Difference(
                    piece.at(), piece.block().connection(), lastRemark, piece.toString(), arrivals.first(piece)));
        }
    }

    /** Waits for a piece; for one that is free to come at any time, no longer than until the next cycle. */
    private boolean take(Piece piece, Arrivals arrivals, double deadline) throws IOException, InterruptedException {
        double until = piece.isInOrder() ? deadline : Math.min(deadline, nextCycle);
        return arrivals.take(
                piece.lane(),
                candidate -> candidate.at() >= piece.at() - EARLY_S && comparison.same(piece, candidate),
                System.nanoTime() + (long) ((until - clock.now()) * 1e9));
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
}
