package io.stoa.rpc.cluster;

import static io.stoa.testing.Patience.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.stoa.testing.Patience;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Reads a stream, no faster than the test wants.
 *
 * @param <Q> the request
 * @param <R> what is streamed
 */
final class Reader<Q, R> implements ClientResponseObserver<Q, R> {

    final BlockingQueue<R> received = new LinkedBlockingQueue<>();
    final CompletableFuture<Void> completed = new CompletableFuture<>();
    private final int asked;
    private ClientCallStreamObserver<Q> call;

    /** @param asked messages that it asks for at once */
    Reader(int asked) {
        this.asked = asked;
    }

    static <Q, R> Reader<Q, R> eager() {
        return new Reader<>(Integer.MAX_VALUE);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> stream) {
        call = stream;
        stream.disableAutoRequestWithInitial(asked);
    }

    void ask(int count) {
        call.request(count);
    }

    void cancel() {
        call.cancel("no more", null);
    }

    R next() throws InterruptedException {
        R message = Patience.next(received);
        if (message == null) {
            throw new AssertionError("nothing came; ended: " + completed);
        }
        return message;
    }

    /** How the stream ends, when it has. */
    StatusRuntimeException error() {
        await().until(completed::isDone);
        return (StatusRuntimeException)
                completed.handle((nothing, error) -> error).join();
    }

    Status.Code code() {
        return error().getStatus().getCode();
    }

    @Override
    public void onNext(R message) {
        received.add(message);
    }

    @Override
    public void onError(Throwable error) {
        completed.completeExceptionally(error);
    }

    @Override
    public void onCompleted() {
        completed.complete(null);
    }
}
