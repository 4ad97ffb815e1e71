package io.stoa.agent.check;

import io.netty.channel.ChannelInboundHandlerAdapter;
import io.stoa.agent.container.Containerizer.Container;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.CheckInfo;
import org.apache.mesos.v1.Protos.CheckStatusInfo;

/** Opens a connection and closes it. Whatever prevents that is an answer, as in Mesos. */
record TcpProbe(Dialer dialer, Container container, CheckPlan.Tcp target) implements Probe {

    @Override
    public String name() {
        return "TCP connection";
    }

    @Override
    public CompletableFuture<Outcome> attempt(Runnable begun) {
        begun.run();
        CompletableFuture<Outcome> result = new CompletableFuture<>();
        dialer.dial(
                        container,
                        Dialer.loopback(target.ipv6()),
                        target.port(),
                        new ChannelInboundHandlerAdapter(),
                        result)
                .whenComplete((channel, failure) -> result.complete(answer(failure == null)));
        return result;
    }

    private static Outcome answer(boolean succeeded) {
        return new Outcome.Answer(CheckStatusInfo.newBuilder()
                .setType(CheckInfo.Type.TCP)
                .setTcp(CheckStatusInfo.Tcp.newBuilder().setSucceeded(succeeded))
                .build());
    }
}
