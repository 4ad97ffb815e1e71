package io.stoa.client;

import io.grpc.Status;
import io.stoa.client.SchedulerConfig.Entry;
import io.stoa.proto.v1.Acknowledgement;
import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.Scheduler;
import io.stoa.proto.v1.SchedulerEvent;
import io.stoa.proto.v1.SchedulerServiceGrpc;
import io.stoa.proto.v1.SubscribeRequest;
import io.stoa.proto.v1.Subscribed;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a scheduler subscribed: finds which one it is, opens the stream, opens it again when it breaks, and ends where
 * another instance has taken its place. Everything runs on the loop.
 */
final class Subscription {

    /** Events that may wait to be dealt with. */
    private static final int WINDOW = 64;
    /** To be admitted needs the journal, which a master that begins to lead may still read. */
    private static final long ADMISSION_TIMEOUT_MS = 30_000;

    private static final int HEARTBEATS_MISSED = 3;
    /** That may wait to be sent. */
    private static final int MAX_ACKNOWLEDGEMENTS = 100_000;
    /** Between two looks whether another instance is still subscribed; ten times the first back-off at most. */
    private static final long MAX_STAND_BY_MS = 1_000;

    private final StoaClient client;
    private final LoopThread loop;
    private final Listener listener;
    private final Entry entry;
    private final Entrance entrance;
    private final Backoff backoff;

    private FrameworkInfo info;
    private @Nullable Identity identity;
    private @Nullable Acknowledgements acknowledgements;
    private @Nullable LoopStream<SchedulerEvent> stream;
    /** Of the newest subscription that this instance knows to be its own; 0 where it may supersede others. */
    private long generation;

    private long seenIdleAt;
    private boolean attempted;
    private boolean followed;
    private boolean ended;

    interface Listener {

        void subscribed(Identity identity);

        void disconnected();

        /**
         * Everything but Subscribed and heartbeats.
         *
         * @return whether a status is to be acknowledged
         */
        boolean event(SchedulerEvent event);

        void superseded();

        /** The subscription is not to be had. */
        void failed(Throwable why);
    }

    Subscription(StoaClient client, LoopThread loop, SchedulerConfig config, Listener listener) {
        this.client = client;
        this.loop = loop;
        this.listener = listener;
        entry = config.entry();
        info = config.info();
        entrance = new Entrance(client, loop, info);
        backoff = client.backoff();
    }

    /** Null while it is not subscribed. */
    @Nullable
    Identity identity() {
        return identity;
    }

    /** What it says of itself from the next subscription on. */
    void describe(FrameworkInfo next) {
        info = next.toBuilder().setId(info.getId()).build();
    }

    FrameworkInfo signed(FrameworkInfo next) {
        return entrance.signed(next.toBuilder().setId(info.getId()).build());
    }

    void begin() {
        if (ended) {
            return;
        }
        boolean waits = entry == Entry.STAND_BY && generation == 0;
        if (info.hasId() && !waits) {
            open();
        } else if (info.hasId()) {
            look(entrance.describe(info.getId().getValue()));
        } else if (entry == Entry.NEW && !attempted) {
            open();
        } else {
            look(entrance.find().thenCompose(this::describedIfWaiting));
        }
    }

    /** Only a description says whether an instance is subscribed. */
    private CompletableFuture<Optional<Scheduler>> describedIfWaiting(Optional<Scheduler> found) {
        return entry == Entry.STAND_BY && found.isPresent()
                ? entrance.describe(found.get().getSchedulerId())
                : CompletableFuture.completedFuture(found);
    }

    private void look(CompletableFuture<Optional<Scheduler>> look) {
        handle(look, (found, failure) -> {
            if (failure != null) {
                lost(failure);
            } else if (found.isEmpty() || entrance.isMine(found.get())) {
                found.ifPresent(this::goOn);
                open();
            } else if (entry == Entry.NEW) {
                open(); // One of the same name, which is another one.
            } else if (entry == Entry.TAKE_OVER || isIdle(found.get())) {
                enter(found.get());
            } else {
                loop.after(Math.min(10 * backoff.firstMs(), MAX_STAND_BY_MS), this::begin);
            }
        });
    }

    /** True where twice in a row nobody was subscribed: who has lost its connection comes back by then. */
    private boolean isIdle(Scheduler scheduler) {
        boolean idle = scheduler.getDoor() == Scheduler.Door.NONE;
        boolean again = idle && seenIdleAt == scheduler.getGeneration();
        seenIdleAt = idle ? scheduler.getGeneration() : 0;
        return again;
    }

    private void enter(Scheduler scheduler) {
        adopt(scheduler.getSchedulerId());
        if (entry == Entry.STAND_BY) {
            generation = scheduler.getGeneration(); // Who is quicker gets the place.
        }
        open();
    }

    private void goOn(Scheduler mine) {
        adopt(mine.getSchedulerId());
        generation = mine.getGeneration();
    }

    private void adopt(String id) {
        info = info.toBuilder().setId(FrameworkID.newBuilder().setValue(id)).build();
    }

    private void open() {
        attempted = true;
        SubscribeRequest.Builder request = SubscribeRequest.newBuilder().setInfo(entrance.signed(info));
        if (generation != 0) {
            request.setGeneration(generation);
        }
        stream = LoopStream.open(
                client,
                loop,
                SchedulerServiceGrpc.getSubscribeMethod(),
                request.build(),
                WINDOW,
                ADMISSION_TIMEOUT_MS,
                new EventReader());
    }

    /** The master does not know this subscription, though the stream is open: it is opened anew. */
    void doubt() {
        if (identity != null && stream != null) {
            stream.cancel("The master does not know of the subscription");
            drop();
            later(new Failure(Status.UNAVAILABLE, null, false));
        }
    }

    private void drop() {
        identity = null;
        acknowledgements = null;
        listener.disconnected();
    }

    private void subscribed(Subscribed event, LoopStream<SchedulerEvent> on) {
        adopt(event.getIdentity().getSchedulerId());
        identity = event.getIdentity();
        generation = event.getIdentity().getGeneration();
        acknowledgements = new Acknowledgements(client, loop, event.getIdentity(), on);
        on.allowSilence(HEARTBEATS_MISSED * Math.max(1_000, event.getHeartbeatIntervalMs()));
        backoff.reset();
        followed = false;
        listener.subscribed(event.getIdentity());
    }

    /** Sends the acknowledgements that wait. */
    void flush() {
        if (acknowledgements != null) {
            acknowledgements.flush();
        }
    }

    /** Dropped where it is not subscribed, or too many wait: the status is sent again. */
    void acknowledge(Acknowledgement acknowledgement) {
        if (acknowledgements != null && acknowledgements.size() < MAX_ACKNOWLEDGEMENTS) {
            acknowledgements.add(acknowledgement);
        }
    }

    static Optional<Acknowledgement> acknowledgement(TaskStatus status) {
        return status.hasUuid()
                ? Optional.of(Acknowledgement.newBuilder()
                        .setAgentId(status.getAgentId().getValue())
                        .setTaskId(status.getTaskId().getValue())
                        .setUuid(status.getUuid())
                        .build())
                : Optional.empty();
    }

    private static Optional<Acknowledgement> acknowledgement(OperationStatus status) {
        return status.hasUuid()
                ? Optional.of(Acknowledgement.newBuilder()
                        .setAgentId(status.getAgentId().getValue())
                        .setOperationId(status.getOperationId().getValue())
                        .setUuid(status.getUuid().getValue())
                        .build())
                : Optional.empty();
    }

    private boolean deliver(SchedulerEvent event) {
        if (listener.event(event)) {
            (event.hasStatus() ? acknowledgement(event.getStatus()) : acknowledgement(event.getOperationStatus()))
                    .ifPresent(this::acknowledge);
        }
        return acknowledgements == null || acknowledgements.haveRoom();
    }

    /** Decides what follows a stream that has ended, or a look that failed. */
    private void lost(Failure how) {
        boolean was = identity != null;
        if (was) {
            drop();
        }
        switch (how.code()) {
            case ABORTED -> {
                if (was) {
                    end();
                    listener.superseded();
                } else {
                    later(how);
                }
            }
            case FAILED_PRECONDITION -> {
                if (generation != 0) {
                    verify(how);
                } else {
                    fail(how);
                }
            }
            default -> {
                if (how.status().isOk() || how.isTemporary()) {
                    later(how);
                } else {
                    fail(how);
                }
            }
        }
    }

    /** Another generation than the one that this instance knows: of its own subscription, or of somebody else's. */
    private void verify(Failure how) {
        handle(entrance.describe(info.getId().getValue()), (found, failure) -> {
            if (failure != null) {
                lost(failure.isTemporary() ? failure : how);
            } else if (found.isPresent() && entrance.isMine(found.get())) {
                goOn(found.get());
                later(how);
            } else if (found.isPresent() && entry == Entry.STAND_BY && seenIdleAt != 0) {
                generation = 0; // Another one that waited was quicker.
                seenIdleAt = 0;
                begin();
            } else {
                end();
                listener.superseded();
            }
        });
    }

    private void later(Failure how) {
        boolean atOnce = how.leaderNamed() && !followed;
        followed = atOnce;
        loop.after(atOnce ? 0 : backoff.nextMs(), this::begin);
    }

    private void fail(Failure how) {
        end();
        listener.failed(how.exception());
    }

    /** Cancels the stream; the scheduler stays subscribed for its failover timeout. */
    void end() {
        ended = true;
        identity = null;
        acknowledgements = null;
        if (stream != null) {
            stream.cancel("The instance ends");
        }
    }

    private <T> void handle(CompletableFuture<T> future, BiConsumer<T, @Nullable Failure> then) {
        future.whenComplete((value, thrown) -> loop.execute(() -> {
            if (!ended) {
                then.accept(value, thrown == null ? null : new Failure(Status.fromThrowable(thrown), null, false));
            }
        }));
    }

    private final class EventReader implements LoopStream.Reader<SchedulerEvent> {

        @Override
        public boolean read(SchedulerEvent event) {
            LoopStream<SchedulerEvent> on = stream;
            if (on == null) {
                return false;
            }
            switch (event.getEventCase()) {
                case SUBSCRIBED -> subscribed(event.getSubscribed(), on);
                case HEARTBEAT, EVENT_NOT_SET -> {
                    // Has been heard; there is nothing more to it.
                }
                default -> {
                    return deliver(event);
                }
            }
            return true;
        }

        @Override
        public void ended(Failure how) {
            lost(how);
        }
    }
}
