package io.stoa.agent.check;

import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.CheckInfo;
import org.apache.mesos.v1.Protos.CheckStatusInfo;

/** Tells of a check where it has another result than before. */
record CheckWatch(CheckInfo check, CheckHistory history, CheckListener listener) implements Consumer<Outcome> {

    @Override
    public void accept(Outcome outcome) {
        if (outcome instanceof Outcome.NoNews) {
            return;
        }
        CheckStatusInfo result =
                outcome instanceof Outcome.Answer answer ? answer.status() : CheckHistory.withoutResult(check);
        if (!result.equals(history.told(check))) {
            listener.checked(result);
        }
    }
}
