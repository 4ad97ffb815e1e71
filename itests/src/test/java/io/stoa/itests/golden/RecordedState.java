package io.stoa.itests.golden;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stoa.proto.json.MesosJson;
import io.stoa.proto.json.MesosJsonException;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Task;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TimeInfo;
import org.apache.mesos.v1.master.Protos.Response;
import org.apache.mesos.v1.master.Protos.Response.GetAgents;
import org.apache.mesos.v1.master.Protos.Response.GetExecutors;
import org.apache.mesos.v1.master.Protos.Response.GetFrameworks;

/** What the operator API's GET_STATE was recorded of; the same ids throughout. */
record RecordedState(Response.GetState state) {

    /** The first answer to GET_STATE in a recording in JSON. */
    static RecordedState in(String recording) throws IOException, MesosJsonException {
        for (Block block : RecordingParser.parse(recording)) {
            if (block instanceof Block.Response response
                    && new String(response.body(), UTF_8).startsWith("{\"type\":\"GET_STATE\"")) {
                return new RecordedState(MesosJson.parse(response.body(), Response.newBuilder())
                        .build()
                        .getGetState());
            }
        }
        throw new IOException(recording + ": no GET_STATE");
    }

    /** What leads to the recorded cluster, in order. */
    List<StateMutation> history() {
        List<StateMutation> history = new ArrayList<>();
        for (GetAgents.Agent agent : state.getGetAgents().getAgentsList()) {
            history.add(new StateMutation.AdmitAgent(
                    new AgentId(agent.getAgentInfo().getId().getValue()),
                    agent.getAgentInfo(),
                    agent.getCapabilitiesList(),
                    agent.getVersion(),
                    "127.0.0.1",
                    agent.getAgentInfo().getPort(),
                    Resources.of(agent.getTotalResourcesList()),
                    ms(agent.getRegisteredTime())));
        }
        for (GetFrameworks.Framework framework : state.getGetFrameworks().getFrameworksList()) {
            history.add(new StateMutation.AdmitFramework(
                    new FrameworkId(framework.getFrameworkInfo().getId().getValue()),
                    framework.getFrameworkInfo(),
                    ms(framework.getRegisteredTime())));
        }
        for (Task task : state.getGetTasks().getCompletedTasksList()) {
            launch(task, history);
            history.add(new StateMutation.RemoveTask(key(task)));
        }
        state.getGetTasks().getTasksList().forEach(task -> launch(task, history));
        return history;
    }

    private void launch(Task task, List<StateMutation> history) {
        TaskInfo.Builder info = TaskInfo.newBuilder()
                .setTaskId(task.getTaskId())
                .setName(task.getName())
                .setAgentId(task.getAgentId())
                .addAllResources(task.getResourcesList());
        if (task.hasLabels()) {
            info.setLabels(task.getLabels());
        }
        if (task.hasDiscovery()) {
            info.setDiscovery(task.getDiscovery());
        }
        if (task.hasExecutorId()) {
            info.setExecutor(executor(task));
        }
        history.add(new StateMutation.Claim(
                key(task).frameworkId(),
                new AgentId(task.getAgentId().getValue()),
                task.getResources(0).getAllocationInfo().getRole(),
                info.build()));
        task.getStatusesList().forEach(status -> history.add(new StateMutation.UpdateTaskStatus(key(task), status)));
    }

    private ExecutorInfo executor(Task task) {
        return state.getGetExecutors().getExecutorsList().stream()
                .map(GetExecutors.Executor::getExecutorInfo)
                .filter(executor -> executor.getExecutorId().equals(task.getExecutorId()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no executor of " + task.getTaskId()));
    }

    private static TaskKey key(Task task) {
        return new TaskKey(
                new FrameworkId(task.getFrameworkId().getValue()),
                task.getTaskId().getValue());
    }

    List<Offer> offers() {
        return state.getGetFrameworks().getFrameworksList().stream()
                .flatMap(framework -> framework.getOffersList().stream())
                .toList();
    }

    /** Ids of agents are the master's with a number behind them. */
    String masterId() {
        return state.getGetAgents()
                .getAgents(0)
                .getAgentInfo()
                .getId()
                .getValue()
                .replaceFirst("-S\\d+$", "");
    }

    private static long ms(TimeInfo time) {
        return time.getNanoseconds() / 1_000_000;
    }
}
