package io.stoa.examples;

import io.stoa.client.AgentView;
import io.stoa.client.ClusterView;
import io.stoa.client.Decision;
import io.stoa.client.Proposal;
import io.stoa.client.Scheduler;
import io.stoa.client.SchedulerConfig;
import io.stoa.client.SchedulerLoop;
import io.stoa.client.StoaClient;
import io.stoa.client.resources.Demand;
import io.stoa.client.resources.Resources;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/** Runs one task on whatever agent has room for it, and ends. */
public final class HelloScheduler implements Scheduler {

    private final CompletableFuture<TaskState> end = new CompletableFuture<>();
    private boolean claimed;

    public static void main(String[] args) {
        FrameworkInfo info = FrameworkInfo.newBuilder()
                .setName("hello")
                .setUser(System.getProperty("user.name"))
                .build();
        HelloScheduler hello = new HelloScheduler();
        try (StoaClient client = StoaClient.connect(args[0]);
                SchedulerLoop loop = SchedulerLoop.start(client, SchedulerConfig.of(info), hello)) {
            CompletableFuture.anyOf(hello.end, loop.ended()).join();
            loop.tearDown().join();
        }
    }

    @Override
    public Optional<Proposal> propose(ClusterView view) {
        if (claimed) {
            return Optional.empty();
        }
        for (AgentView agent : view.agents()) {
            Optional<Resources> resources = agent.free().choose("*", Demand.of(0.1, 32));
            if (resources.isPresent()) {
                claimed = true;
                return Optional.of(Proposal.on(view)
                        .claim(agent.id(), task(agent.id(), resources.get()))
                        .build());
            }
        }
        return Optional.empty();
    }

    private static TaskInfo task(String agentId, Resources resources) {
        return TaskInfo.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue("hello"))
                .setName("hello")
                .setAgentId(AgentID.newBuilder().setValue(agentId))
                .addAllResources(resources.toProto())
                .setCommand(CommandInfo.newBuilder().setValue("echo hello from $(hostname)"))
                .build();
    }

    @Override
    public void decided(Decision decision, ClusterView view) {
        System.out.println(decision.outcome() + " " + decision.conflicts());
        claimed = decision.outcome() == Decision.Outcome.COMMITTED;
    }

    @Override
    public boolean updated(TaskStatus status) {
        System.out.println(status.getTaskId().getValue() + " " + status.getState());
        switch (status.getState()) {
            case TASK_STAGING, TASK_STARTING, TASK_RUNNING -> {}
            default -> end.complete(status.getState());
        }
        return true;
    }
}
