package io.stoa.master.link;

import io.grpc.stub.ServerCallStreamObserver;
import io.stoa.proto.agent.MasterMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The RPC server's side of a stream, whose agent reads when the test says so. */
final class FakeCall extends ServerCallStreamObserver<MasterMessage> {

    final List<MasterMessage> sent = new CopyOnWriteArrayList<>();
    volatile int requested;
    volatile boolean completed;
    volatile @Nullable Throwable error;

    private boolean ready = true;
    private @Nullable Runnable onReady;
    private Runnable meanwhile = () -> {};

    void ready(boolean nowReady) {
        ready = nowReady;
        if (ready && onReady != null) {
            onReady.run();
        }
    }

    /** To happen once, while the next message leaves. */
    void meanwhile(Runnable action) {
        meanwhile = action;
    }

    boolean isEnded() {
        return completed || error != null;
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
        onReady = handler;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one at a time: the answer to the message before
    public void request(int count) {
        requested += count;
    }

    @Override
    public void onNext(MasterMessage message) {
        if (isEnded()) {
            throw new IllegalStateException("the call has ended");
        }
        sent.add(message);
        Runnable action = meanwhile;
        meanwhile = () -> {};
        action.run();
    }

    @Override
    public void onError(Throwable cause) {
        error = cause;
    }

    @Override
    public void onCompleted() {
        completed = true;
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public void disableAutoRequest() {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void setMessageCompression(boolean enable) {}
}
