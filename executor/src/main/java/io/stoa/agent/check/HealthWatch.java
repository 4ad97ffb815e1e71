package io.stoa.agent.check;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.CheckStatusInfo;
import org.apache.mesos.v1.Protos.HealthCheck;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells how a task's health changes, and where it is beyond hope.
 *
 * @param history learns, through the listener's updates, what is told here
 * @param inGracePeriod whether a task that was never healthy may still be starting
 */
record HealthWatch(
        String taskId, HealthCheck check, CheckHistory history, BooleanSupplier inGracePeriod, CheckListener listener)
        implements Consumer<Outcome> {

    private static final Logger LOG = LoggerFactory.getLogger(HealthWatch.class);

    @Override
    public void accept(Outcome outcome) {
        if (outcome instanceof Outcome.NoNews) {
            return;
        }
        Optional<String> complaint = outcome instanceof Outcome.Answer answer
                ? complaint(answer.status())
                : Optional.of(((Outcome.Failure) outcome).why());
        if (complaint.isEmpty()) {
            succeeded();
        } else if (history.wasEverHealthy() || !inGracePeriod.getAsBoolean()) {
            failed(complaint.get());
        }
    }

    private void succeeded() {
        if (!history.wasEverHealthy() || history.failures() > 0) {
            LOG.info("Healthy task={} failures={}", taskId, history.failures());
            listener.healthChanged(true);
        }
    }

    private void failed(String complaint) {
        if (history.failures() == 0) {
            LOG.info("Not healthy task={}: {}", taskId, complaint);
        }
        listener.healthChanged(false);
        if (history.isHopeless(check)) {
            LOG.info("Not healthy, so to be killed task={} failures={}: {}", taskId, history.failures(), complaint);
            listener.hopeless();
        }
    }

    /** Why an answer is a bad one; empty where it is not. */
    private static Optional<String> complaint(CheckStatusInfo answer) {
        return switch (answer.getType()) {
            case COMMAND ->
                unless(
                        answer.getCommand().getExitCode() == 0,
                        "Command exited with status " + answer.getCommand().getExitCode());
            case HTTP -> {
                int status = answer.getHttp().getStatusCode();
                yield unless(status >= 200 && status < 400, "Unexpected HTTP response code: " + status);
            }
            case TCP -> unless(answer.getTcp().getSucceeded(), "TCP connection failed");
            case UNKNOWN -> throw new IllegalArgumentException("check type: UNKNOWN");
        };
    }

    private static Optional<String> unless(boolean good, String complaint) {
        return good ? Optional.empty() : Optional.of(complaint);
    }
}
