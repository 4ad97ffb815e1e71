package io.stoa.itests.golden;

import com.google.protobuf.ByteString;
import io.stoa.proto.json.MesosJson;
import io.stoa.proto.json.MesosJsonException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private final Set<ByteString> uuids = new HashSet<>();

    /**
     * One update.
     *
     * @param afterMs since the task was launched, or since its KILL for TASK_KILLED
     * @param frameworkId the recorded one
     */
    record Line(TaskStatus status, long afterMs, String frameworkId) {

        boolean answersKill() {
            return status.getState() == TaskState.TASK_KILLED;
        }
    }

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
        Call call;
        try {
            call = request.body()[0] == '{'
                    ? MesosJson.parse(request.body(), Call.newBuilder()).buildPartial()
                    : Call.parseFrom(request.body());
        } catch (IOException | MesosJsonException e) {
            // Malformed on purpose: launches nothing.
            return;
        }
        call.getAccept().getOperationsList().stream()
                .flatMap(operation -> operation.getLaunch().getTaskInfosList().stream())
                .map(task -> task.getTaskId().getValue())
                .forEach(task -> {
                    launched.putIfAbsent(task, request.at());
                    frameworks.putIfAbsent(task, call.getFrameworkId().getValue());
                });
        if (call.hasKill()) {
            killed.put(call.getKill().getTaskId().getValue(), request.at());
        }
    }

    private void read(Block.StreamedEvent streamed) throws IOException, MesosJsonException {
        byte[] record = streamed.record();
        Event event =
                record[0] == '{' ? MesosJson.parse(record, Event.newBuilder()).build() : Event.parseFrom(record);
        TaskStatus status = event.getUpdate().getStatus();
        if (status.hasUuid() && uuids.add(status.getUuid())) {
            String task = status.getTaskId().getValue();
            List<Line> said = lines.computeIfAbsent(task, id -> new ArrayList<>());
            double after;
            if (status.getState() == TaskState.TASK_KILLED) {
                after = streamed.at() - killed.getOrDefault(task, streamed.at());
            } else if (said.isEmpty()) {
                after = streamed.at() - launched.getOrDefault(task, streamed.at());
            } else {
                // It may have waited for the acknowledgement of the one before; its timestamp has not.
                TaskStatus first = said.get(0).status();
                after = said.get(0).afterMs() / 1e3 + status.getTimestamp() - first.getTimestamp();
            }
            said.add(new Line(status, Math.max(0, Math.round(after * 1e3)), frameworks.getOrDefault(task, "")));
        }
    }
}
