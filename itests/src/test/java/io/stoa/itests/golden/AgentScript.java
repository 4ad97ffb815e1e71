package io.stoa.itests.golden;

import com.google.protobuf.ByteString;
import io.stoa.proto.json.MesosJson;
import io.stoa.proto.json.MesosJsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;

/** What the recorded agents said of each task, and when. */
final class AgentScript {

    private final Map<String, List<Line>> lines = new HashMap<>();
    private final Map<String, Double> launched = new HashMap<>();
    private final Map<String, Double> killed = new HashMap<>();
    private final Map<String, String> frameworks = new HashMap<>();
    private final Map<String, String> executors = new HashMap<>();
    private final Set<ByteString> uuids = new HashSet<>();

    /** Something the agent says, some time after the task was launched, or after its KILL. */
    sealed interface Line {

        long afterMs();

        default boolean answersKill() {
            return false;
        }
    }

    /**
     * @param answersKill false where nobody asked for the end of this very task
     * @param frameworkId the recorded one
     */
    record Update(TaskStatus status, long afterMs, boolean answersKill, String frameworkId) implements Line {}

    /** The task's executor ends. */
    record Exit(String executorId, int waitStatus, long afterMs) implements Line {}

    /** @param blocks a recording */
    static AgentScript of(List<Block> blocks) throws IOException, MesosJsonException {
        AgentScript script = new AgentScript();
        for (Block block : blocks) {
            if (block instanceof Block.Request request && request.body().length > 0) {
                script.read(request);
            } else if (block instanceof Block.StreamedEvent event) {
                script.read(event);
            }
        }
        return script;
    }

    List<Line> linesOf(String taskId) {
        return lines.getOrDefault(taskId, List.of());
    }

    private void read(Block.Request request) {
        if (isDrain(request)) {
            launched.keySet().forEach(task -> killed.putIfAbsent(task, request.at()));
            return;
        }
        Call call;
        try {
            call = request.body()[0] == '{'
                    ? MesosJson.parse(request.body(), Call.newBuilder()).buildPartial()
                    : Call.parseFrom(request.body());
        } catch (IOException | MesosJsonException e) {
            // Malformed on purpose: launches nothing.
            return;
        }
        for (Offer.Operation operation : call.getAccept().getOperationsList()) {
            operation.getLaunch().getTaskInfosList().forEach(task -> launched(task, task.getExecutor(), request, call));
            Offer.Operation.LaunchGroup group = operation.getLaunchGroup();
            group.getTaskGroup().getTasksList().forEach(task -> launched(task, group.getExecutor(), request, call));
        }
        if (call.hasKill()) {
            killed.put(call.getKill().getTaskId().getValue(), request.at());
        }
    }

    /** Then the agents kill by themselves; of tasks that end otherwise nothing is recorded that a kill would answer. */
    private static boolean isDrain(Block.Request request) {
        return new String(request.body(), StandardCharsets.UTF_8).startsWith("{\"type\":\"DRAIN_AGENT\"");
    }

    private void launched(TaskInfo task, ExecutorInfo executor, Block.Request request, Call call) {
        String id = task.getTaskId().getValue();
        launched.putIfAbsent(id, request.at());
        frameworks.putIfAbsent(id, call.getFrameworkId().getValue());
        executors.putIfAbsent(executor.getExecutorId().getValue(), id);
    }

    private void read(Block.StreamedEvent streamed) throws IOException, MesosJsonException {
        byte[] record = streamed.record();
        Event event =
                record[0] == '{' ? MesosJson.parse(record, Event.newBuilder()).build() : Event.parseFrom(record);
        if (event.getFailure().hasExecutorId()) {
            String executor = event.getFailure().getExecutorId().getValue();
            String task = executors.getOrDefault(executor, "");
            add(task, new Exit(executor, event.getFailure().getStatus(), sinceLaunchMs(task, streamed)));
        }
        TaskStatus status = event.getUpdate().getStatus();
        if (status.hasUuid() && uuids.add(status.getUuid())) {
            String task = status.getTaskId().getValue();
            boolean answersKill = isKill(task, status);
            add(
                    task,
                    new Update(
                            spoken(status),
                            afterMs(task, status, streamed),
                            answersKill,
                            frameworks.getOrDefault(task, "")));
        }
    }

    /** That the agent drains is not for it to say here. */
    private static TaskStatus spoken(TaskStatus status) {
        return status.getReason() == TaskStatus.Reason.REASON_AGENT_DRAINING
                ? status.toBuilder().clearReason().build()
                : status;
    }

    private void add(String task, Line line) {
        lines.computeIfAbsent(task, id -> new ArrayList<>()).add(line);
    }

    private boolean isKill(String task, TaskStatus status) {
        return status.getState() == TaskState.TASK_KILLED && killed.containsKey(task);
    }

    /** An update may have waited for the acknowledgement of the one before; its timestamp has not. */
    private long afterMs(String task, TaskStatus status, Block.StreamedEvent streamed) {
        if (isKill(task, status)) {
            return ReplayClock.durationMs(streamed.at() - killed.getOrDefault(task, streamed.at()));
        }
        return linesOf(task).stream()
                .filter(Update.class::isInstance)
                .map(Update.class::cast)
                .findFirst()
                .map(first -> first.afterMs()
                        + ReplayClock.durationMs(
                                status.getTimestamp() - first.status().getTimestamp()))
                .orElseGet(() -> sinceLaunchMs(task, streamed));
    }

    private long sinceLaunchMs(String task, Block.StreamedEvent streamed) {
        return ReplayClock.durationMs(streamed.at() - launched.getOrDefault(task, streamed.at()));
    }
}
