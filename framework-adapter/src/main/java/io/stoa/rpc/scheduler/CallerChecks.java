package io.stoa.rpc.scheduler;

import io.grpc.Status;
import io.stoa.mesos.scheduler.SchedulerApi;
import io.stoa.mesos.scheduler.Standing;
import io.stoa.proto.v1.Identity;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.StateVersion;
import java.util.Optional;

/** Finds out who calls, from the identity that Subscribed gave out. */
final class CallerChecks {

    private final SchedulerApi api;

    CallerChecks(SchedulerApi api) {
        this.api = api;
    }

    /** @param principal who the caller has proved to be; empty where nobody has to */
    Checked<Caller> caller(Identity identity, Optional<String> principal) {
        if (identity.getSchedulerId().isEmpty()) {
            return Checked.invalid("identity.scheduler_id: missing (expected: the one that Subscribed said)");
        }
        if (identity.getGeneration() <= 0) {
            return Checked.invalid(
                    "identity.generation: " + identity.getGeneration() + " (expected: the one that Subscribed said)");
        }
        FrameworkId id = new FrameworkId(identity.getSchedulerId());
        StateVersion generation = new StateVersion(identity.getGeneration());
        Optional<String> trespass = principal.flatMap(who -> api.trespass(id, who));
        if (trespass.isPresent()) {
            return Checked.refused(Status.PERMISSION_DENIED.withDescription(trespass.get()));
        }
        Standing standing = api.standing(id, generation);
        if (standing instanceof Standing.Subscribed subscribed) {
            return Checked.passed(new Caller(id, generation, subscribed.info()));
        }
        return Checked.refused(refusal(standing, id, generation));
    }

    private static Status refusal(Standing standing, FrameworkId id, StateVersion generation) {
        if (standing instanceof Standing.Stale stale) {
            return Status.FAILED_PRECONDITION.withDescription(stale(generation, stale.expected()));
        }
        if (standing instanceof Standing.NotSubscribed not) {
            return Status.FAILED_PRECONDITION.withDescription(
                    "scheduler " + id + ": " + not.how() + " (expected: subscribed over RPC)");
        }
        return unknown(id);
    }

    static Status unknown(FrameworkId id) {
        return Status.NOT_FOUND.withDescription("scheduler " + id + ": unknown (expected: one that is subscribed)");
    }

    static String stale(StateVersion actual, StateVersion expected) {
        return "generation: " + actual + " (expected: " + expected + ")";
    }
}
