package io.stoa.state.journal;

import io.stoa.proto.journal.ActivationRecord;
import io.stoa.proto.journal.AgentActivationChanged;
import io.stoa.proto.journal.DrainRecord;
import io.stoa.state.model.Activation;
import io.stoa.state.model.AgentId;
import io.stoa.state.transaction.StateChange;
import java.util.OptionalLong;

/** What operators want of agents, to records and back. */
final class ActivationCodec {

    private ActivationCodec() {}

    static ActivationRecord encode(Activation activation) {
        ActivationRecord.Builder record = ActivationRecord.newBuilder();
        if (activation instanceof Activation.Drain drain) {
            DrainRecord.Builder draining = DrainRecord.newBuilder()
                    .setMarkGone(drain.markGone())
                    .setSinceMs(drain.sinceMs())
                    .setDone(drain.done());
            drain.maxGraceNs().ifPresent(draining::setMaxGraceNs);
            record.setDrain(draining);
        } else if (activation instanceof Activation.Deactivated) {
            record.setDeactivated(true);
        }
        return record.build();
    }

    static Activation decode(ActivationRecord record) {
        return switch (record.getActivationCase()) {
            case DEACTIVATED -> new Activation.Deactivated();
            case DRAIN -> {
                DrainRecord drain = record.getDrain();
                yield new Activation.Drain(
                        drain.hasMaxGraceNs() ? OptionalLong.of(drain.getMaxGraceNs()) : OptionalLong.empty(),
                        drain.getMarkGone(),
                        drain.getSinceMs(),
                        drain.getDone());
            }
            case ACTIVATION_NOT_SET -> new Activation.Active();
        };
    }

    static AgentActivationChanged encode(StateChange.AgentActivationChanged change) {
        return AgentActivationChanged.newBuilder()
                .setAgentId(change.agentId().value())
                .setActivation(encode(change.activation()))
                .build();
    }

    static StateChange decode(AgentActivationChanged record) {
        return new StateChange.AgentActivationChanged(new AgentId(record.getAgentId()), decode(record.getActivation()));
    }
}
