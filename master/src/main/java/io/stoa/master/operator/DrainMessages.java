package io.stoa.master.operator;

import io.stoa.state.model.Activation;
import org.apache.mesos.v1.Protos.DrainConfig;
import org.apache.mesos.v1.Protos.DrainInfo;
import org.apache.mesos.v1.Protos.DrainState;
import org.apache.mesos.v1.Protos.DurationInfo;

/** Drains as Mesos' messages. */
public final class DrainMessages {

    private DrainMessages() {}

    public static DrainInfo of(Activation.Drain drain) {
        DrainConfig.Builder config = DrainConfig.newBuilder().setMarkGone(drain.markGone());
        drain.maxGraceNs()
                .ifPresent(
                        ns -> config.setMaxGracePeriod(DurationInfo.newBuilder().setNanoseconds(ns)));
        return DrainInfo.newBuilder()
                .setState(drain.done() ? DrainState.DRAINED : DrainState.DRAINING)
                .setConfig(config)
                .build();
    }
}
