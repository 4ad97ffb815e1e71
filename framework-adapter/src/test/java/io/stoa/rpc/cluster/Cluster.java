package io.stoa.rpc.cluster;

import com.google.protobuf.ByteString;
import io.stoa.state.ReplicatedState;
import io.stoa.state.StateConfig;
import io.stoa.state.journal.InMemoryJournal;
import io.stoa.state.journal.Journal;
import io.stoa.state.journal.JournalException;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import io.stoa.testing.Patience;
import java.util.List;
import org.apache.mesos.v1.Protos;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/** A state that leads, and words for what happens to it. */
final class Cluster implements AutoCloseable {

    final ReplicatedState state;

    Cluster() {
        this(new InMemoryJournal());
        lead();
    }

    /** Follows whoever leads. */
    Cluster(Journal journal) {
        state = ReplicatedState.follow(journal, StateConfig.STANDARD);
    }

    Cluster lead() {
        try {
            state.lead();
            return this;
        } catch (JournalException e) {
            throw new IllegalStateException(e);
        }
    }

    ClusterSnapshot snapshot() {
        return state.snapshot();
    }

    CommitResult commit(StateMutation... mutations) {
        return commit(StateTransaction.of(mutations));
    }

    CommitResult commit(StateTransaction transaction) {
        try {
            return Patience.join(state.commit(transaction));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    Cluster with(StateMutation... mutations) {
        CommitResult result = commit(mutations);
        if (!(result instanceof CommitResult.Committed)) {
            throw new IllegalStateException(result.toString());
        }
        return this;
    }

    static AgentId agentId(String id) {
        return new AgentId(id);
    }

    static FrameworkId frameworkId(String id) {
        return new FrameworkId(id);
    }

    static TaskKey key(String framework, String task) {
        return new TaskKey(frameworkId(framework), task);
    }

    static StateMutation agent(String id, String resources) {
        return agent(id, resources, "");
    }

    /** @param zone an attribute; empty: it has none */
    static StateMutation agent(String id, String resources, String zone) {
        Protos.AgentInfo.Builder info = Protos.AgentInfo.newBuilder()
                .setHostname(id + ".example")
                .setId(Protos.AgentID.newBuilder().setValue(id))
                .addAllResources(Resources.parse(resources).toProto());
        if (!zone.isEmpty()) {
            info.addAttributes(attribute("zone", zone));
        }
        return new StateMutation.AdmitAgent(
                agentId(id), info.build(), List.of(), "1.11.0", "10.0.0.1", 5051, Resources.parse(resources), 1_000);
    }

    static Protos.Attribute attribute(String name, String text) {
        return Protos.Attribute.newBuilder()
                .setName(name)
                .setType(Protos.Value.Type.TEXT)
                .setText(Protos.Value.Text.newBuilder().setValue(text))
                .build();
    }

    static StateMutation framework(String id, String... roles) {
        return new StateMutation.AdmitFramework(
                frameworkId(id),
                Protos.FrameworkInfo.newBuilder()
                        .setUser("root")
                        .setName(id)
                        .setId(Protos.FrameworkID.newBuilder().setValue(id))
                        .addCapabilities(Protos.FrameworkInfo.Capability.newBuilder()
                                .setType(Protos.FrameworkInfo.Capability.Type.MULTI_ROLE))
                        .addAllRoles(List.of(roles))
                        .build(),
                2_000);
    }

    static StateMutation task(String framework, String id, String agent, String resources) {
        return task(framework, id, agent, "*", resources);
    }

    static StateMutation task(String framework, String id, String agent, String role, String resources) {
        return task(framework, id, agent, role, resources, 0);
    }

    /** @param dataBytes that come with it */
    static StateMutation task(String framework, String id, String agent, String role, String resources, int dataBytes) {
        return new StateMutation.Claim(
                frameworkId(framework),
                agentId(agent),
                role,
                TaskInfo.newBuilder()
                        .setData(ByteString.copyFrom(new byte[dataBytes]))
                        .setName(id)
                        .setTaskId(Protos.TaskID.newBuilder().setValue(id))
                        .setAgentId(Protos.AgentID.newBuilder().setValue(agent))
                        .addAllResources(Resources.parse(resources).toProto(role))
                        .setCommand(Protos.CommandInfo.newBuilder().setValue("sleep 1000"))
                        .build());
    }

    static StateMutation status(String framework, String task, TaskState state) {
        return new StateMutation.UpdateTaskStatus(
                key(framework, task),
                TaskStatus.newBuilder()
                        .setTaskId(Protos.TaskID.newBuilder().setValue(task))
                        .setState(state)
                        .setMessage("because")
                        .build());
    }

    @Override
    public void close() {
        state.close();
    }
}
