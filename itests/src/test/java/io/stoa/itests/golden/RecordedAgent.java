package io.stoa.itests.golden;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stoa.agent.container.ContainerId;
import io.stoa.agent.container.ContainerListener;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containers;
import io.stoa.agent.container.Workload;
import io.stoa.agent.executor.ExecutorView;
import io.stoa.agent.http.AgentReport;
import io.stoa.agent.http.AgentSource;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.agent.sandbox.AgentPaths.Run;
import io.stoa.agent.task.TaskView;
import io.stoa.proto.json.MesosJson;
import io.stoa.proto.json.MesosJsonException;
import io.stoa.state.resources.Resources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.ResourceStatistics;
import org.apache.mesos.v1.Protos.Task;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.agent.Protos.Response;
import org.apache.mesos.v1.agent.Protos.Response.GetContainers;

/** The agent of which operators' calls were recorded: what it said of itself, said again. */
final class RecordedAgent implements AgentSource {

    private final AgentReport report;
    private final Containers containers = new Containers(List.of());
    private final Map<ContainerId, ResourceStatistics> statistics = new HashMap<>();

    private RecordedAgent(AgentReport report) {
        this.report = report;
    }

    /** Of the answers to GET_AGENT, GET_STATE and the last GET_CONTAINERS. */
    static RecordedAgent in(List<Block> recording) throws IOException, MesosJsonException {
        Map<Response.Type, Response> answers = new HashMap<>();
        for (Block block : recording) {
            if (block instanceof Block.Response response
                    && new String(response.body(), UTF_8).startsWith("{\"type\":\"GET_")) {
                Response answer =
                        MesosJson.parse(response.body(), Response.newBuilder()).build();
                answers.put(answer.getType(), answer);
            }
        }
        Response.GetState state = answer(answers, Response.Type.GET_STATE).getGetState();
        RecordedAgent agent = new RecordedAgent(new AgentReport(
                info(answer(answers, Response.Type.GET_AGENT).getGetAgent().getAgentInfo()),
                "slave(1)@127.0.0.1:5051",
                "localhost",
                0,
                Map.of(),
                new AgentPaths(Path.of("/var/lib/mesos/agent1"), Path.of("/var/run/mesos/agent1")),
                executors(state)));
        answer(answers, Response.Type.GET_CONTAINERS)
                .getGetContainers()
                .getContainersList()
                .forEach(agent::contain);
        return agent;
    }

    private static AgentInfo info(AgentInfo shown) {
        return shown.toBuilder()
                .clearResources()
                .addAllResources(Resources.of(shown.getResourcesList()).toProto())
                .build();
    }

    private static Response answer(Map<Response.Type, Response> answers, Response.Type type) {
        return Optional.ofNullable(answers.get(type)).orElseThrow();
    }

    private static List<ExecutorView> executors(Response.GetState state) {
        FrameworkInfo framework = state.getGetFrameworks().getFrameworks(0).getFrameworkInfo();
        List<ExecutorView> executors = new ArrayList<>();
        for (Response.GetExecutors.Executor executor : state.getGetExecutors().getExecutorsList()) {
            executors.add(executor(executor.getExecutorInfo(), framework, state.getGetTasks(), false));
        }
        for (Response.GetExecutors.Executor executor : state.getGetExecutors().getCompletedExecutorsList()) {
            executors.add(executor(executor.getExecutorInfo(), framework, state.getGetTasks(), true));
        }
        return executors;
    }

    private static ExecutorView executor(
            ExecutorInfo info, FrameworkInfo framework, Response.GetTasks tasks, boolean completed) {
        String id = info.getExecutorId().getValue();
        boolean ofCommand = info.getType() != ExecutorInfo.Type.DEFAULT;
        List<TaskView> own = new ArrayList<>();
        List<Task> all = new ArrayList<>(tasks.getLaunchedTasksList());
        all.addAll(tasks.getCompletedTasksList());
        for (Task task : all) {
            String executorId = task.hasExecutorId()
                    ? task.getExecutorId().getValue()
                    : task.getTaskId().getValue();
            if (executorId.equals(id)) {
                own.add(new TaskView(run(task, id), framework, info(task), task.getStatusesList()));
            }
        }
        return new ExecutorView(own.get(0).run(), framework, info, ofCommand, own, completed);
    }

    private static Run run(Task task, String executorId) {
        ContainerStatus status = task.getStatuses(0).getContainerStatus();
        return new Run(
                task.getAgentId().getValue(),
                task.getFrameworkId().getValue(),
                executorId,
                ContainerId.of(status.getContainerId()).root().value());
    }

    private static TaskInfo info(Task task) {
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
        return info.build();
    }

    private void contain(GetContainers.Container container) {
        ContainerId id = ContainerId.of(container.getContainerStatus().getContainerId());
        ContainerSpec spec = new ContainerSpec(
                id,
                container.getFrameworkId().getValue(),
                new Workload(id.value(), Optional.empty(), Optional.empty(), List.of(), Map.of()),
                Path.of("sandbox"),
                Path.of("runtime"),
                Map.of(),
                Optional.empty(),
                List.of());
        statistics.put(id, container.getResourceStatistics());
        containers.launch(
                new EndlessContainerizer(any -> container.getContainerStatus()), spec, new ContainerListener() {
                    @Override
                    public void starting(ContainerStatus status) {}

                    @Override
                    public void running(ContainerStatus status) {}

                    @Override
                    public void ended(End end) {}
                });
    }

    /** Of all containers. */
    Map<ContainerId, ResourceStatistics> usage() {
        return statistics;
    }

    @Override
    public CompletableFuture<AgentReport> report() {
        return CompletableFuture.completedFuture(report);
    }

    @Override
    public CompletableFuture<SortedMap<String, Double>> figures() {
        return CompletableFuture.completedFuture(new TreeMap<>(Map.of("slave/uptime_secs", 1.0)));
    }

    @Override
    public Containers containers() {
        return containers;
    }
}
