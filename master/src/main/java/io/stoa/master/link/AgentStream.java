package io.stoa.master.link;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.stoa.proto.agent.MasterMessage;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jctools.queues.MpscChunkedArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way to one agent: sent in order, by one thread at a time, no faster than the agent reads. Messages are
 * encoded on the stream's executor, not by whoever sends.
 */
final class AgentStream {

    /** Messages that may wait for an agent that does not read; one more, and the stream is ended. */
    static final int MAX_WAITING = 16_384;

    private static final int FIRST_CHUNK = 16;

    private final ServerCallStreamObserver<MasterMessage> call;
    private final Executor executor;
    private final Queue<Supplier<MasterMessage>> waiting = new MpscChunkedArrayQueue<>(FIRST_CHUNK, MAX_WAITING);
    private final AtomicInteger work = new AtomicInteger();
    private volatile @Nullable Status end;
    private boolean ended;

    AgentStream(ServerCallStreamObserver<MasterMessage> call, Executor executor) {
        this.call = call;
        this.executor = executor;
        call.setOnReadyHandler(this::schedule);
    }

    Executor executor() {
        return executor;
    }

    void send(Supplier<MasterMessage> message) {
        if (waiting.offer(message)) {
            schedule();
        } else {
            end(Status.RESOURCE_EXHAUSTED.withDescription(
                    "messages waiting: more than " + MAX_WAITING + " (the agent does not read)"));
        }
    }

    /** Takes one more message from the agent. */
    void receiveMore(int messages) {
        call.request(messages);
    }

    /** Ends the stream: with OK after everything that was sent so far, else at once. Later messages are dropped. */
    void end(Status status) {
        end = status;
        schedule();
    }

    private void schedule() {
        if (work.getAndIncrement() == 0) {
            executor.execute(this::drain);
        }
    }

    private void drain() {
        int seen = 1;
        while (seen != 0) {
            write();
            seen = work.addAndGet(-seen);
        }
    }

    private void write() {
        Status status = end;
        boolean last = status != null && status.isOk();
        while (!ended && (last || (end == null && call.isReady()))) {
            Supplier<MasterMessage> message = waiting.poll();
            if (message == null) {
                break;
            }
            call.onNext(message.get());
        }
        if (status != null && !ended) {
            ended = true;
            if (status.isOk()) {
                call.onCompleted();
            } else {
                call.onError(status.asRuntimeException());
            }
        }
    }
}
