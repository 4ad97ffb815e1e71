package io.stoa.master.link;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.stoa.proto.agent.AgentLinkGrpc;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.MasterMessage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where agents come in. Agents that come while this master does not lead are sent away, to look for the leader. */
public final class AgentLinkHandler extends AgentLinkGrpc.AgentLinkImplBase {

    private final Supplier<Executor> executors;
    private final AtomicReference<@Nullable AgentLinks> leading = new AtomicReference<>();

    /** @param executors gives, on the thread that serves a connection, where the rest of its work is done */
    public AgentLinkHandler(Supplier<Executor> executors) {
        this.executors = executors;
    }

    /** @param links of the term in which this master leads; null: it does not lead */
    public void lead(@Nullable AgentLinks links) {
        leading.set(links);
    }

    @Override
    public StreamObserver<AgentMessage> connect(StreamObserver<MasterMessage> responses) {
        ServerCallStreamObserver<MasterMessage> call = (ServerCallStreamObserver<MasterMessage>) responses;
        call.disableAutoRequest();
        AgentStream stream = new AgentStream(call, executors.get());
        AgentLinks links = leading.get();
        AdmissionDesk desk = links == null ? null : links.desk();
        if (desk == null) {
            stream.send(() -> MasterMessages.refused("This master does not lead", false));
            stream.end(Status.OK);
            return new Deaf();
        }
        AgentSession session = new AgentSession(desk, stream);
        call.setOnCancelHandler(session::ended);
        stream.receiveMore(1);
        return session;
    }

    /** Hears nobody. */
    private static final class Deaf implements StreamObserver<AgentMessage> {

        @Override
        public void onNext(AgentMessage message) {}

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {}
    }
}
