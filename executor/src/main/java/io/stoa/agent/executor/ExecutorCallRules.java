package io.stoa.agent.executor;

import io.stoa.http.call.CallRules;
import java.util.Optional;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.executor.Protos.Call;

/** What every call of an executor has to be. */
final class ExecutorCallRules {

    private ExecutorCallRules() {}

    /** What is wrong with it, in Mesos' words and order. */
    static Optional<String> invalidity(Call call) {
        return CallRules.invalidity(call)
                .or(() -> call.getType() == Call.Type.UPDATE
                        ? invalidity(call, call.getUpdate().getStatus())
                        : Optional.empty());
    }

    private static Optional<String> invalidity(Call call, TaskStatus status) {
        String executorId = call.getExecutorId().getValue();
        String sender = "executor " + executorId + " of framework "
                + call.getFrameworkId().getValue();
        if (!status.hasUuid()) {
            return CallRules.missing("uuid");
        }
        Optional<String> noUuid = CallRules.uuidInvalidity(status.getUuid());
        if (noUuid.isPresent()) {
            return noUuid;
        }
        if (status.hasExecutorId() && !status.getExecutorId().getValue().equals(executorId)) {
            return Optional.of("ExecutorID in Call: " + executorId + " does not match ExecutorID in TaskStatus: "
                    + status.getExecutorId().getValue());
        }
        if (status.getSource() != TaskStatus.Source.SOURCE_EXECUTOR) {
            return Optional.of("Received Call from " + sender + " with invalid source, expecting 'SOURCE_EXECUTOR'");
        }
        return status.getState() == TaskState.TASK_STAGING
                ? Optional.of("Received TASK_STAGING from " + sender + " which is not allowed")
                : Optional.empty();
    }
}
