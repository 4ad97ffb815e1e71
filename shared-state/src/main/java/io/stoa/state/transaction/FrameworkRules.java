package io.stoa.state.transaction;

import io.stoa.state.model.ClusterState;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.StateVersion;
import io.stoa.state.transaction.StateMutation.AdmitFramework;
import io.stoa.state.transaction.StateMutation.RemoveFramework;
import io.stoa.state.transaction.StateMutation.UpdateFramework;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.jspecify.annotations.Nullable;

/** How frameworks come, change and go. */
final class FrameworkRules {

    private FrameworkRules() {}

    /** @param version of the transaction */
    static Verdict decide(ClusterState state, AdmitFramework admit, StateVersion version) {
        Conflict misnamed = misnamed(admit.info(), admit.frameworkId());
        if (misnamed != null) {
            return Verdict.refused(misnamed);
        }
        if (state.isRemoved(admit.frameworkId())) {
            return Verdict.refused(new Conflict.FrameworkWasRemoved(admit.frameworkId()));
        }
        Framework known = state.framework(admit.frameworkId()).orElse(null);
        return Verdict.of(new StateChange.FrameworkAdmitted(new Framework(
                admit.frameworkId(),
                admit.info(),
                known == null ? admit.timeMs() : known.registeredAtMs(),
                known == null ? 0 : admit.timeMs(),
                version)));
    }

    static Verdict decide(ClusterState state, UpdateFramework update) {
        Framework known = state.framework(update.frameworkId()).orElse(null);
        if (known == null) {
            return Verdict.refused(AuthorRules.absent(state, update.frameworkId()));
        }
        Conflict misnamed = misnamed(update.info(), update.frameworkId());
        if (misnamed != null) {
            return Verdict.refused(misnamed);
        }
        return update.info().equals(known.info())
                ? Verdict.NOTHING
                : Verdict.of(new StateChange.FrameworkAdmitted(known.with(update.info())));
    }

    private static @Nullable Conflict misnamed(FrameworkInfo info, FrameworkId expected) {
        String named = info.getId().getValue();
        return named.equals(expected.value())
                ? null
                : new Conflict.Invalid("id of the FrameworkInfo: " + named + " (expected: " + expected + ")");
    }

    static Verdict decide(ClusterState state, RemoveFramework remove) {
        return state.framework(remove.frameworkId()).isEmpty()
                ? Verdict.refused(AuthorRules.absent(state, remove.frameworkId()))
                : Verdict.of(Cascade.removal(state, remove.frameworkId()));
    }
}
