package io.stoa.client;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.stoa.client.LeaderConnection.Line;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connection to the masters: finds the one that leads, follows when another takes the lead, and comes back after a
 * loss. Several loops and mirrors can share it. Any thread; connects with the first call. Plaintext.
 *
 * <p>Everything that is answered once can be asked through {@link #ask}, with the generated descriptors:
 *
 * <pre>{@code
 * try (StoaClient client = StoaClient.connect("10.0.0.1:5050,10.0.0.2:5050")) {
 *     ListAgentsResponse agents = client.ask(
 *                     ClusterServiceGrpc.getListAgentsMethod(), ListAgentsRequest.getDefaultInstance())
 *             .join();
 * }
 * }</pre>
 */
public final class StoaClient implements AutoCloseable {

    private static final long MAX_BACKOFF_MS = 5_000;

    private final ClientConfig config;
    private final LeaderConnection connection;
    /** Those that wait to ask again. */
    private final Set<Asking<?, ?>> asking = ConcurrentHashMap.newKeySet();

    private final LoopThread timers = new LoopThread("stoa-client", StoaClient::rethrow);

    private StoaClient(ClientConfig config) {
        this.config = config;
        connection = new LeaderConnection(config, timers);
    }

    /**
     * @param masters {@code host:port,host:port}; not all need to be there
     * @throws IllegalArgumentException where it is something else
     */
    public static StoaClient connect(String masters) {
        return connect(ClientConfig.of(masters));
    }

    public static StoaClient connect(ClientConfig config) {
        return new StoaClient(config);
    }

    /**
     * Asks the leader, and asks again, with growing random waits, while no master leads, the connection breaks or the
     * master has too much to do: what is asked may therefore be done twice. Calls that must not be are not for this;
     * commits are told apart by their idempotency key.
     *
     * @return fails with {@link io.grpc.StatusRuntimeException}: the last one where the patience is over. Completed on
     *     a thread that must not be blocked
     */
    public <Q, R> CompletableFuture<R> ask(MethodDescriptor<Q, R> method, Q request) {
        Asking<Q, R> asking = new Asking<>(method, request);
        asking.attempt();
        return asking.answer;
    }

    Backoff backoff() {
        return new Backoff(config.backoffMs(), MAX_BACKOFF_MS, new SplittableRandom());
    }

    /** One attempt. The answer comes on one of gRPC's threads, once, and also where the client is closed. */
    <Q, R> void attempt(MethodDescriptor<Q, R> method, Q request, Answer<R> answer) {
        OneAnswer<R> once = new OneAnswer<>(answer);
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(config.callTimeoutMs(), TimeUnit.MILLISECONDS);
        ClientCall<Q, R> call = begin(method, options, once);
        if (call != null) {
            call.request(2); // The second is what tells of the end.
            call.sendMessage(request);
            call.halfClose();
        }
    }

    /**
     * Opens a stream of answers.
     *
     * @param window how many messages may come before more are requested
     * @return null where the client is closed, which the stream was told
     */
    <Q, R> @Nullable ClientCall<Q, R> stream(MethodDescriptor<Q, R> method, Q request, int window, Stream<R> stream) {
        ClientCall<Q, R> call = begin(method, CallOptions.DEFAULT, stream);
        if (call != null) {
            call.request(window);
            call.sendMessage(request);
            call.halfClose();
        }
        return call;
    }

    private <Q, R> @Nullable ClientCall<Q, R> begin(
            MethodDescriptor<Q, R> method, CallOptions options, Stream<R> stream) {
        Line line;
        try {
            line = connection.line();
        } catch (IllegalStateException e) {
            stream.ended(new Failure(Status.CANCELLED.withDescription(e.getMessage()), null, false));
            return null;
        }
        ClientCall<Q, R> call = line.channel().newCall(method, options);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(R message) {
                        stream.message(message);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        boolean named = connection.failed(line, status, trailers);
                        stream.ended(new Failure(status, trailers, named));
                    }
                },
                new Metadata());
        return call;
    }

    /** Where the answer to one attempt goes. */
    interface Answer<R> {

        void answered(R answer);

        void failed(Failure failure);
    }

    /** Where a stream goes; called on gRPC's threads, one after the other. */
    interface Stream<R> {

        void message(R message);

        /** Nothing more comes. The status is OK where the master has ended it in order. */
        void ended(Failure how);
    }

    private static final class OneAnswer<R> implements Stream<R> {

        private final Answer<R> answer;
        private @Nullable R message;

        OneAnswer(Answer<R> answer) {
            this.answer = answer;
        }

        @Override
        public void message(R received) {
            message = received;
        }

        @Override
        public void ended(Failure how) {
            if (how.status().isOk() && message != null) {
                answer.answered(message);
            } else if (how.status().isOk()) {
                Status status = Status.INTERNAL.withDescription("messages: 0 (expected: 1)");
                answer.failed(new Failure(status, how.trailers(), false));
            } else {
                answer.failed(how);
            }
        }
    }

    private final class Asking<Q, R> implements Answer<R> {

        private final MethodDescriptor<Q, R> method;
        private final Q request;
        private final Backoff backoff = backoff();
        private final long begunNanos = System.nanoTime();
        private final CompletableFuture<R> answer = new CompletableFuture<>();
        private boolean followed;

        Asking(MethodDescriptor<Q, R> method, Q request) {
            this.method = method;
            this.request = request;
        }

        void attempt() {
            StoaClient.this.attempt(method, request, this);
        }

        @Override
        public void answered(R received) {
            answer.complete(received);
        }

        @Override
        public void failed(Failure failure) {
            long passedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos);
            boolean atOnce = failure.leaderNamed() && !followed;
            long waitMs = atOnce ? 0 : backoff.nextMs();
            if (!failure.isTemporary() || timers.isClosed() || passedMs + waitMs > config.patienceMs()) {
                answer.completeExceptionally(failure.exception());
                return;
            }
            followed = atOnce;
            asking.add(this);
            timers.after(waitMs, this::again);
            if (timers.isClosed()) {
                giveUp();
            }
        }

        private void again() {
            asking.remove(this);
            attempt();
        }

        void giveUp() {
            answer.completeExceptionally(
                    Status.CANCELLED.withDescription("the client is closed").asRuntimeException());
        }
    }

    private static void rethrow(Throwable thrown) {
        throw new IllegalStateException("a timer failed", thrown);
    }

    /** Ends all calls; those who wait for an answer are told so. */
    @Override
    public void close() {
        timers.close();
        connection.close();
        asking.forEach(Asking::giveUp);
    }
}
