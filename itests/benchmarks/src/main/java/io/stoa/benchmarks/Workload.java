package io.stoa.benchmarks;

import io.stoa.proto.mesos.AgentCapabilities;
import io.stoa.state.SharedState;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.StateVersion;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.CommitMode;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.ConflictPolicy;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import java.util.ArrayList;
import java.util.List;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.Environment;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/** A cluster of equal hosts and a framework that launches small web services on them, of about 300 bytes each. */
final class Workload {

    static final FrameworkId FRAMEWORK = new FrameworkId("2b1c9d7e-5f0a-4a43-9c51-7f4c1f0e6f11-0000");

    /** What each host has. */
    static final String TOTAL_TEXT = "cpus:1000000;mem:1000000000;disk:1000000000;ports:[1-60000]";

    static final Resources TOTAL = Resources.parse(TOTAL_TEXT);

    private Workload() {}

    static AgentId agent(int number) {
        return new AgentId("2b1c9d7e-5f0a-4a43-9c51-7f4c1f0e6f11-S" + number);
    }

    static void admit(SharedState state, int agents) throws Exception {
        List<StateMutation> mutations = new ArrayList<>();
        mutations.add(new StateMutation.AdmitFramework(
                FRAMEWORK,
                FrameworkInfo.newBuilder()
                        .setUser("root")
                        .setName("web")
                        .setCheckpoint(true)
                        .setId(FrameworkID.newBuilder().setValue(FRAMEWORK.value()))
                        .build(),
                1));
        for (int i = 0; i < agents; i++) {
            mutations.add(new StateMutation.AdmitAgent(
                    agent(i), info(i), AgentCapabilities.ALL, "1.11.0", "10.0.0.1", 5051, TOTAL, 1));
            if (mutations.size() == 500 || i == agents - 1) {
                expectCommitted(state.commit(transaction(mutations)).get());
                mutations.clear();
            }
        }
    }

    static AgentInfo info(int agent) {
        return AgentInfo.newBuilder()
                .setHostname("host-" + agent + ".cluster.example")
                .setId(AgentID.newBuilder().setValue(agent(agent).value()))
                .addAllResources(TOTAL.toProto())
                .build();
    }

    static StateTransaction transaction(List<StateMutation> mutations) {
        return new StateTransaction(
                StateVersion.ZERO, ConflictPolicy.RESOURCE_FIT, CommitMode.ALL_OR_NOTHING, mutations);
    }

    static StateMutation.Claim claim(AgentId agent, long number, long port) {
        return new StateMutation.Claim(FRAMEWORK, agent, "*", task(agent, number, port));
    }

    static String taskId(long number) {
        return "web-frontend.8a5f7c1e-" + number;
    }

    /** @param port that nobody else on the agent has */
    static TaskInfo task(AgentId agent, long number, long port) {
        return task(agent, number, resources(port));
    }

    /** What a task asks for. */
    static List<Resource> resources(long port) {
        return demand(port).toProto("*");
    }

    /** The same, of which nothing is said to whom it is allocated. */
    static Resources demand(long port) {
        return Resources.parse("cpus:0.1;mem:32;disk:1;ports:[" + port + "-" + port + "]");
    }

    static TaskInfo task(AgentId agent, long number, List<Resource> resources) {
        String id = taskId(number);
        return TaskInfo.newBuilder()
                .setName("web-frontend")
                .setTaskId(TaskID.newBuilder().setValue(id))
                .setAgentId(AgentID.newBuilder().setValue(agent.value()))
                .addAllResources(resources)
                .setCommand(CommandInfo.newBuilder()
                        .setValue("exec ./bin/serve --port=$PORT0 --quiet")
                        .setEnvironment(Environment.newBuilder()
                                .addVariables(Environment.Variable.newBuilder()
                                        .setName("APP_ID")
                                        .setValue("/web/frontend"))))
                .build();
    }

    static StateMutation.UpdateTaskStatus running(TaskInfo task) {
        TaskStatus status = TaskStatus.newBuilder()
                .setTaskId(task.getTaskId())
                .setAgentId(task.getAgentId())
                .setState(TaskState.TASK_RUNNING)
                .setTimestamp(1_795_218_794.47)
                .build();
        return new StateMutation.UpdateTaskStatus(
                new TaskKey(FRAMEWORK, task.getTaskId().getValue()), status);
    }

    static void expectCommitted(CommitResult result) {
        if (!(result instanceof CommitResult.Committed)) {
            throw new IllegalStateException("not committed: " + result);
        }
    }
}
