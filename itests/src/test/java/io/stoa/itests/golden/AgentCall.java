package io.stoa.itests.golden;

import io.grpc.stub.ServerCallStreamObserver;
import io.stoa.proto.agent.MasterMessage;
import java.util.function.Consumer;

/** The master's end of the stream of an agent in the same process, which takes everything at once. */
final class AgentCall extends ServerCallStreamObserver<MasterMessage> {

    private final Consumer<MasterMessage> agent;

    AgentCall(Consumer<MasterMessage> agent) {
        this.agent = agent;
    }

    @Override
    public void onNext(MasterMessage message) {
        agent.accept(message);
    }

    @Override
    public void onError(Throwable cause) {}

    @Override
    public void onCompleted() {}

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void setOnCancelHandler(Runnable handler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public void disableAutoRequest() {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}
}
