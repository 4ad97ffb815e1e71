package io.stoa.itests.golden;

import static io.stoa.testing.Patience.await;

import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.proto.json.MesosJson;
import io.stoa.proto.json.MesosJsonException;
import io.stoa.testing.Patience;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.mesos.v1.scheduler.Protos.Call;

/**
 * Does again what the recorded clients did, at their pace though not in real time, and compares what comes back. All
 * that was recorded must come, and nothing else; but for ids, times and addresses it must be the same. Free is only
 * what Mesos itself leaves to chance:
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

    /** How much later than recorded something may come, in seconds of the replay. */
    private static final double PATIENCE_S = 4;

    /** How much earlier: less than a cycle of allocation. */
    private static final double EARLY_S = 0.8;

    /** How long what the settled cluster has sent may be on its way, in the machine's time. */
    private static final Duration TRANSIT = Duration.ofMillis(250);

    private final ReplayCluster cluster;
    private final ReplayClock clock;
    private final Correspondence ids = new Correspondence();
    private final Comparison comparison = new Comparison(ids);
    private final Pieces recorded = new Pieces();
    private final Map<String, Arrivals> connections = new HashMap<>();
    private final List<Difference> differences = new ArrayList<>();
    private String lastRemark = "";

    private Replay(ReplayCluster cluster, double firstCycle) {
        this.cluster = cluster;
        clock = new ReplayClock(cluster.time(), cluster::settle, firstCycle);
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
            clock.runTo(block.at());
            if (block instanceof Block.Request request) {
                send(request);
            } else if (block instanceof Block.ClosedByClient closed) {
                close(connection(closed.connection()));
            } else if (block instanceof Block.AgentIncident incident) {
                happen(incident);
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

    private Arrivals connection(String name) throws IOException {
        Arrivals arrivals = connections.get(name);
        if (arrivals == null) {
            arrivals = new Arrivals(new RawConnection(name, cluster.address(), clock));
            connections.put(name, arrivals);
        }
        return arrivals;
    }

    private void close(Arrivals arrivals) throws IOException, InterruptedException {
        int others = cluster.connectionCount() - 1;
        arrivals.close();
        await().until(() -> cluster.connectionCount() <= others);
    }

    private void happen(Block.AgentIncident incident) {
        ScriptedAgent agent = cluster.agent(ids.actual("-" + incident.connection()));
        switch (incident.what()) {
            case KILLED -> agent.isKilled();
            case STARTED -> agent.start();
            case UNREGISTERED -> agent.unregister();
        }
    }

    private void expect(Piece piece) throws IOException, InterruptedException {
        Arrivals arrivals = connection(piece.block().connection());
        boolean came = take(piece, arrivals);
        for (double until = clock.now() + PATIENCE_S; !came && piece.isEvent() && clock.stepTo(until); ) {
            came = take(piece, arrivals);
        }
        if (!came) {
            differences.add(new Difference(
                    piece.at(), piece.block().connection(), lastRemark, piece.toString(), arrivals.first(piece)));
        }
    }

    private boolean take(Piece piece, Arrivals arrivals) throws IOException, InterruptedException {
        return arrivals.take(
                piece.lane(),
                candidate -> candidate.at() >= piece.at() - EARLY_S && comparison.same(piece, candidate),
                piece.isEvent() ? Patience.begun(TRANSIT) : Patience.begun());
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
