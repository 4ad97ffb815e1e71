package io.stoa.client;

import io.stoa.proto.v1.AcknowledgeRequest;
import io.stoa.proto.v1.AcknowledgeResponse;
import io.stoa.proto.v1.Acknowledgement;
import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.SchedulerServiceGrpc;
import java.util.ArrayList;
import java.util.List;

/**
 * Acknowledges many statuses with one call, one call at a time. What is not acknowledged in the end is sent again by
 * the master, so that a call that fails is not repeated. One thread.
 */
final class Acknowledgements {

    /** As many as one call takes; statuses are not read on while so many wait. */
    private static final int MAX_A_CALL = 1_000;

    private final StoaClient client;
    private final LoopThread loop;
    private final Identity identity;
    private final LoopStream<?> stream;

    private List<Acknowledgement> waiting = new ArrayList<>();
    private boolean underWay;
    /** Messages of the stream that are not requested since too many acknowledgements wait. */
    private int withheld;

    /** @param stream that the statuses come on; it is read on when there is room for more acknowledgements */
    Acknowledgements(StoaClient client, LoopThread loop, Identity identity, LoopStream<?> stream) {
        this.client = client;
        this.loop = loop;
        this.identity = identity;
        this.stream = stream;
    }

    void add(Acknowledgement acknowledgement) {
        waiting.add(acknowledgement);
    }

    int size() {
        return waiting.size();
    }

    /** @return false: there is no room for more of what the stream brings, which is resumed later */
    boolean haveRoom() {
        if (waiting.size() < MAX_A_CALL) {
            return true;
        }
        withheld++;
        flush();
        return false;
    }

    /** Sends what waits unless a call is under way, behind which it is sent. */
    void flush() {
        if (underWay || waiting.isEmpty()) {
            return;
        }
        List<Acknowledgement> some = waiting.subList(0, Math.min(waiting.size(), MAX_A_CALL));
        AcknowledgeRequest request = AcknowledgeRequest.newBuilder()
                .setIdentity(identity)
                .addAllAcknowledgements(some)
                .build();
        waiting = new ArrayList<>(waiting.subList(some.size(), waiting.size()));
        underWay = true;
        client.attempt(SchedulerServiceGrpc.getAcknowledgeMethod(), request, new StoaClient.Answer<>() {
            @Override
            public void answered(AcknowledgeResponse answer) {
                loop.execute(Acknowledgements.this::done);
            }

            @Override
            public void failed(Failure failure) {
                loop.execute(Acknowledgements.this::done);
            }
        });
    }

    private void done() {
        underWay = false;
        stream.resume(withheld);
        withheld = 0;
        flush();
    }
}
