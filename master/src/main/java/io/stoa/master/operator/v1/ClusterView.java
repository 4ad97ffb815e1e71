package io.stoa.master.operator.v1;

import com.google.protobuf.Descriptors.Descriptor;
import io.stoa.master.operator.AllocatedResources;
import io.stoa.master.operator.Belongings;
import io.stoa.master.operator.BelongingsFinder;
import io.stoa.master.operator.History;
import io.stoa.master.operator.OperatorContext;
import io.stoa.master.operator.SoftState;
import io.stoa.master.operator.v1.PrintedMessages.Beside;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Executor;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.master.Protos.Response.GetAgents;
import org.apache.mesos.v1.master.Protos.Response.GetExecutors;
import org.apache.mesos.v1.master.Protos.Response.GetFrameworks;
import org.apache.mesos.v1.master.Protos.Response.GetTasks;

/** The cluster at one moment, as parts of an answer in one form. */
final class ClusterView {

    private static final Descriptor AGENTS = GetAgents.getDescriptor();
    private static final Descriptor FRAMEWORKS = GetFrameworks.getDescriptor();
    private static final Descriptor EXECUTORS = GetExecutors.getDescriptor();
    private static final Descriptor TASKS = GetTasks.getDescriptor();

    private final ClusterSnapshot snapshot;
    private final SoftState soft;
    private final History history;
    private final PrintedMessages printed;

    ClusterView(OperatorContext context, PrintedMessages printed) {
        snapshot = context.state().snapshot();
        soft = context.soft();
        history = context.history();
        this.printed = printed;
    }

    List<Part> agents() {
        Map<AgentId, List<Offer>> offers = soft.openOffers().stream()
                .collect(Collectors.groupingBy(
                        offer -> new AgentId(offer.getAgentId().getValue())));
        List<byte[]> registered = new ArrayList<>();
        List<byte[]> recovered = new ArrayList<>();
        for (Agent agent : snapshot.agents()) {
            AgentId id = agent.id();
            if (soft.isRecovered(id)) {
                recovered.add(printed.form().print(Messages.info(agent)));
            } else if (agent.status() == AgentStatus.REGISTERED) {
                Beside beside = new Beside(offers.getOrDefault(id, List.of()), soft.isConnected(id));
                registered.add(printed.of(
                        agent,
                        beside,
                        () -> Messages.of(
                                agent, AllocatedResources.usedOn(id, snapshot), beside.offers(), beside.connected())));
            }
        }
        return List.of(
                new Part.Elements(Part.field(AGENTS, "agents"), registered),
                new Part.Elements(Part.field(AGENTS, "recovered_agents"), recovered));
    }

    List<Part> frameworks() {
        BelongingsFinder belongings = new BelongingsFinder(snapshot, soft, history);
        List<byte[]> present = new ArrayList<>();
        for (Framework framework : snapshot.frameworks()) {
            FrameworkId id = framework.id();
            Belongings own = belongings.of(id);
            present.add(printed.form()
                    .print(Messages.of(
                                    framework,
                                    AllocatedResources.used(own.tasks(), own.executors()),
                                    own.offers(),
                                    soft.isConnected(id),
                                    soft.isRecovered(id))
                            .toBuilder()
                            .setOfferConstraints(soft.offerConstraints(id))
                            .build()));
        }
        List<byte[]> past = new ArrayList<>();
        for (History.PastFramework each : history.frameworks()) {
            past.add(printed.form().print(Messages.past(each.framework(), each.removedMs())));
        }
        return List.of(
                new Part.Elements(Part.field(FRAMEWORKS, "frameworks"), present),
                new Part.Elements(Part.field(FRAMEWORKS, "completed_frameworks"), past));
    }

    List<Part> executors() {
        List<byte[]> executors = new ArrayList<>();
        for (Agent agent : snapshot.agents()) {
            if (agent.status() == AgentStatus.REGISTERED) {
                for (Executor executor : snapshot.executorsOn(agent.id())) {
                    executors.add(printed.of(executor));
                }
            }
        }
        return List.of(new Part.Elements(Part.field(EXECUTORS, "executors"), executors));
    }

    List<Part> tasks() {
        List<byte[]> present = new ArrayList<>(snapshot.taskCount());
        List<byte[]> unreachable = new ArrayList<>();
        for (Agent agent : snapshot.agents()) {
            List<byte[]> kind = agent.status() == AgentStatus.UNREACHABLE ? unreachable : present;
            for (Task task : snapshot.tasksOn(agent.id())) {
                kind.add(printed.of(task));
            }
        }
        List<byte[]> completed = new ArrayList<>();
        for (Framework framework : snapshot.frameworks()) {
            history.tasksOf(framework.id()).forEach(task -> completed.add(printed.of(task)));
        }
        for (History.PastFramework past : history.frameworks()) {
            history.tasksOf(past.framework().id()).forEach(task -> completed.add(printed.of(task)));
        }
        return List.of(
                new Part.Elements(Part.field(TASKS, "tasks"), present),
                new Part.Elements(Part.field(TASKS, "unreachable_tasks"), unreachable),
                new Part.Elements(Part.field(TASKS, "completed_tasks"), completed));
    }
}
