package io.stoa.libprocess.scheduler;

import io.stoa.mesos.scheduler.Takeover;
import io.stoa.state.model.FrameworkId;
import org.apache.mesos.v1.scheduler.Protos.Call;

/** What a framework wants, whichever message it said it with. */
sealed interface Request {

    /** @param call of type SUBSCRIBE */
    record Subscribe(Call call, Takeover takeover) implements Request {}

    /** @param call of any other type; need not be valid */
    record Say(Call call) implements Request {}

    /** No more offers. */
    record Deactivate(FrameworkId framework) implements Request {}

    /** The framework ends, also where it is disconnected. */
    record Unregister(FrameworkId framework) implements Request {}

    /** What it says makes no sense; it is told so, whoever it is. */
    record Refuse(String error) implements Request {}
}
