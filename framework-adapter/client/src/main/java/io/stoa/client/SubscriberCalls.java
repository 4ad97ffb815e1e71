package io.stoa.client;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.stoa.proto.v1.Identity;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a scheduler asks for beside commits, as whoever it is subscribed as at that moment. Any thread. */
final class SubscriberCalls {

    private final StoaClient client;
    private final LoopThread loop;
    private final Map<Long, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();
    private final AtomicLong begun = new AtomicLong();

    SubscriberCalls(StoaClient client, LoopThread loop) {
        this.client = client;
        this.loop = loop;
    }

    /** Who it is subscribed as; null where it is not. Asked on the loop. */
    @FunctionalInterface
    interface Subscriber {

        @Nullable
        Identity identity();
    }

    /** Fails with FAILED_PRECONDITION where it is not subscribed, or the loop ends before the answer. */
    <Q, R> CompletableFuture<Void> call(
            Subscriber subscriber, MethodDescriptor<Q, R> method, Function<Identity, Q> request) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Long number = begun.incrementAndGet();
        underWay.put(number, done);
        done.whenComplete((nothing, failure) -> underWay.remove(number));
        loop.execute(() -> {
            Identity identity = subscriber.identity();
            if (identity == null) {
                done.completeExceptionally(notSubscribed());
            } else {
                ask(method, request.apply(identity), done);
            }
        });
        if (loop.isClosed()) {
            end(); // Whether the loop began with it or not.
        }
        return done;
    }

    private <Q, R> void ask(MethodDescriptor<Q, R> method, Q request, CompletableFuture<Void> done) {
        client.ask(method, request).whenComplete((answer, failure) -> {
            if (failure == null) {
                done.complete(null);
            } else {
                done.completeExceptionally(failure);
            }
        });
    }

    /** Those that are not answered fail. */
    void end() {
        underWay.values().forEach(call -> call.completeExceptionally(notSubscribed()));
    }

    private static Throwable notSubscribed() {
        return Status.FAILED_PRECONDITION
                .withDescription("the scheduler is not subscribed (expected: a subscription)")
                .asRuntimeException();
    }
}
