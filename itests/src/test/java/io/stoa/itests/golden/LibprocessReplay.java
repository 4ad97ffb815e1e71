package io.stoa.itests.golden;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.stoa.itests.golden.LibprocessRecording.Entry;
import io.stoa.itests.golden.LibprocessRecording.LinkClosed;
import io.stoa.itests.golden.LibprocessRecording.MasterBack;
import io.stoa.itests.golden.LibprocessRecording.MasterKilled;
import io.stoa.itests.golden.LibprocessRecording.Said;
import io.stoa.itests.golden.RecordedPeers.Arrival;
import io.stoa.libprocess.MessageReceiver;
import io.stoa.libprocess.Upid;
import io.stoa.proto.json.MesosJson;
import io.stoa.proto.json.MesosJsonException;
import io.stoa.proto.libprocess.StatusUpdateMessage;
import io.stoa.state.journal.JournalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.mesos.scheduler.Protos.Call;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Event;

/**
 * Says again what recorded drivers said, and compares what they are sent, as {@link Replay} does over HTTP: all that
 * was recorded must come, to the same process, and nothing else. Updates of one task, offers and everything else each
 * keep their order.
 */
final class LibprocessReplay {

    /** As of {@link Replay}. */
    private static final double PATIENCE_S = 4;

    /** How much earlier: a cycle of allocation, which who takes a framework over need not wait for here. */
    private static final double EARLY_S = 1;

    private static final String CALL = "mesos.scheduler.Call";

    private final ReplayCluster cluster;
    private final ReplayClock clock;
    private final RecordedPeers peers;
    private MessageReceiver master;
    private final Speech speech;
    private final boolean listening;
    private final Correspondence ids = new Correspondence();
    private final Comparison comparison = new Comparison(ids);
    private final List<Difference> differences = new ArrayList<>();

    /** How drivers say what they say. */
    enum Speech {
        RECORDED,
        /** With the messages that there were before there was one for everything. */
        OLD
    }

    /**
     * @param firstCycle when the first recorded cycle of allocation ran, in seconds
     * @param listening whether a process whose link is broken can be reached still
     */
    LibprocessReplay(ReplayCluster cluster, double firstCycle, Speech speech, boolean listening) {
        this.cluster = cluster;
        this.speech = speech;
        this.listening = listening;
        clock = new ReplayClock(cluster.time(), cluster::settle, firstCycle);
        peers = new RecordedPeers(clock::now);
        master = cluster.messages(peers, peers.loop());
    }

    List<Difference> run(List<Entry> entries) throws IOException, JournalException {
        try (peers) {
            for (Entry entry : entries) {
                clock.runTo(entry.at());
                if (entry instanceof LinkClosed closed) {
                    peers.closeLinks(closed.port(), listening);
                } else if (entry instanceof MasterKilled) {
                    cluster.endTerm();
                    master = MessageReceiver.DEAF;
                } else if (entry instanceof MasterBack) {
                    cluster.beginTerm();
                    master = cluster.messages(peers, peers.loop());
                } else if (entry instanceof Said said && said.isOfMaster()) {
                    expect(said);
                } else if (entry instanceof Said said) {
                    peers.isThere(said.from());
                    say(said);
                }
            }
            cluster.settle();
            for (Arrival left : peers.left()) {
                differences.add(new Difference(left.at(), left.to().toString(), "", "nothing", text(left)));
            }
        }
        return differences;
    }

    private void expect(Said said) throws IOException {
        boolean came = take(said);
        for (double until = clock.now() + PATIENCE_S; !came && clock.stepTo(until); ) {
            came = take(said);
        }
        if (!came) {
            String instead = peers.left().stream()
                    .filter(arrival -> lane(arrival).equals(lane(said)))
                    .findFirst()
                    .map(LibprocessReplay::text)
                    .orElse("nothing");
            differences.add(new Difference(
                    said.at(),
                    said.to().toString(),
                    "",
                    MessageTree.of(said.name(), said.body()).toString(),
                    instead));
        }
    }

    private boolean take(Said said) {
        return peers.take(
                        arrival -> lane(arrival).equals(lane(said)),
                        arrival -> arrival.at() >= said.at() - EARLY_S && same(said, arrival))
                .isPresent();
    }

    private boolean same(Said said, Arrival arrival) {
        try {
            return comparison.sameTree(
                    MessageTree.of(said.name(), said.body()), MessageTree.of(arrival.name(), arrival.body()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String lane(Said said) {
        return lane(said.to(), said.name(), said.body());
    }

    private static String lane(Arrival arrival) {
        return lane(arrival.to(), arrival.name(), arrival.body());
    }

    private static String lane(Upid to, String name, byte[] body) {
        if (name.endsWith("StatusUpdateMessage")) {
            return to + " " + status(body).getTaskId().getValue();
        }
        return to + (name.contains("Offer") ? " offers" : " others");
    }

    private static TaskStatus status(byte[] body) {
        try {
            return TaskStatus.parseFrom(
                    StatusUpdateMessage.parseFrom(body).getUpdate().getStatus());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(Arrival arrival) {
        try {
            return MessageTree.of(arrival.name(), arrival.body()).toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void say(Said said) throws IOException {
        String name = said.name();
        byte[] body = said.body();
        try {
            if (name.equals(CALL)) {
                Call call = translate(Call.parseFrom(body), Call.newBuilder()).build();
                Message message = speech == Speech.OLD ? OldForms.of(call) : call;
                name = message instanceof Call
                        ? CALL
                        : "mesos.internal." + message.getDescriptorForType().getName();
                body = message.toByteArray();
            } else if (body.length > 0) {
                DynamicMessage message = DynamicMessage.parseFrom(MessageTree.type(name), body);
                body = translate(message, DynamicMessage.newBuilder(MessageTree.type(name)))
                        .build()
                        .toByteArray();
            }
        } catch (InvalidProtocolBufferException | MesosJsonException | NullPointerException e) {
            // Malformed, or of no known name, on purpose: said as it is.
            body = said.body();
        }
        master.receive(new io.stoa.libprocess.Message(said.from(), "master", name, body));
    }

    private <B extends Message.Builder> B translate(Message recorded, B builder)
            throws MesosJsonException, IOException {
        String json = new String(MesosJson.print(recorded), StandardCharsets.UTF_8);
        MesosJson.parse(ids.translate(json).getBytes(StandardCharsets.UTF_8), builder);
        return builder;
    }

    /** What agents are to say, from what a driver was told of its tasks. */
    static AgentScript script(List<Entry> entries) throws IOException, MesosJsonException {
        List<Block> blocks = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry instanceof Said said && said.name().endsWith("StatusUpdateMessage")) {
                Event update = Event.newBuilder()
                        .setType(Event.Type.UPDATE)
                        .setUpdate(Event.Update.newBuilder().setStatus(status(said.body())))
                        .build();
                blocks.add(new Block.StreamedEvent(said.at(), "libprocess", update.toByteArray()));
            } else if (entry instanceof Said said
                    && said.name().equals(CALL)
                    && Call.parseFrom(said.body()).getType() != Call.Type.SUBSCRIBE) {
                blocks.add(new Block.Request(said.at(), "libprocess", "", List.of(), said.body(), 1));
            }
        }
        return AgentScript.of(blocks);
    }
}
