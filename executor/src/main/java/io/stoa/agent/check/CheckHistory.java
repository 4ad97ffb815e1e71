package io.stoa.agent.check;

import java.util.OptionalLong;
import org.apache.mesos.v1.Protos.CheckInfo;
import org.apache.mesos.v1.Protos.CheckStatusInfo;
import org.apache.mesos.v1.Protos.HealthCheck;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.jspecify.annotations.Nullable;

/**
 * How a task's checks have gone so far, as its updates tell. All that matters has been said in one, so that the next
 * life of the agent, which reads them again, goes on where the last one was.
 */
public final class CheckHistory {

    private OptionalLong runningSinceMs = OptionalLong.empty();
    private boolean everHealthy;
    private int failures;
    private @Nullable CheckStatusInfo told;

    /** Takes the task's next update. */
    public void add(TaskStatus update) {
        if (update.getState() == TaskState.TASK_RUNNING && runningSinceMs.isEmpty()) {
            runningSinceMs = OptionalLong.of((long) (update.getTimestamp() * 1_000));
        }
        if (update.getReason() == Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED) {
            everHealthy |= update.getHealthy();
            failures = update.getHealthy() ? 0 : failures + 1;
        }
        if (update.hasCheckStatus()) {
            told = update.getCheckStatus();
        }
    }

    /** True where the health check has failed so often that the task is to be killed. */
    public boolean isHopeless(HealthCheck check) {
        return failures > 0 && failures >= check.getConsecutiveFailures();
    }

    boolean wasEverHealthy() {
        return everHealthy;
    }

    /** How often the health check has failed since it last succeeded. */
    int failures() {
        return failures;
    }

    /** In ms since the epoch; empty where it has not begun. */
    OptionalLong runningSinceMs() {
        return runningSinceMs;
    }

    /** What was said of the check last. */
    CheckStatusInfo told(CheckInfo check) {
        return told == null ? withoutResult(check) : told;
    }

    /** What is said of a check before there is a result, and after it failed: its kind alone. */
    public static CheckStatusInfo withoutResult(CheckInfo check) {
        CheckStatusInfo.Builder status = CheckStatusInfo.newBuilder().setType(check.getType());
        switch (check.getType()) {
            case COMMAND -> status.getCommandBuilder();
            case HTTP -> status.getHttpBuilder();
            case TCP -> status.getTcpBuilder();
            case UNKNOWN -> throw new IllegalArgumentException("check type: UNKNOWN");
        }
        return status.build();
    }
}
