package io.stoa.master.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.stoa.http.HttpLimits;
import io.stoa.http.HttpRoutes;
import io.stoa.http.HttpServer;
import io.stoa.master.link.AgentLinkHandler;
import io.stoa.master.link.AgentLinks;
import io.stoa.master.link.LinkConfig;
import io.stoa.mesos.AgentEvents;
import io.stoa.metrics.MasterCounts;
import io.stoa.state.ReplicatedState;
import io.stoa.state.StateConfig;
import io.stoa.state.journal.InMemoryJournal;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.testing.FreePorts;
import io.stoa.time.SystemTime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalInt;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RehearsedAgentsTest {

    private static final int COUNT = 10;

    private final SystemTime time = new SystemTime();
    private final AgentLinkHandler handler = new AgentLinkHandler(() -> Runnable::run);
    private final RehearsedAgents agents = new RehearsedAgents(COUNT);
    private HttpServer server;

    @BeforeEach
    void listen() throws Exception {
        server = new HttpServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                HttpRoutes.of("master").build(),
                List.of(handler),
                HttpLimits.STANDARD,
                time);
    }

    @AfterEach
    void stopListening() {
        agents.close();
        server.close();
        time.close();
    }

    @Test
    void eachComesBackAndKeepsItsTasks() throws Exception {
        try (ReplicatedState state = ReplicatedState.leading(new InMemoryJournal(), StateConfig.STANDARD)) {
            agents.admitTo(state);
            AgentLinks links = links(state);
            handler.lead(links);

            agents.comeBack(server.address());

            ClusterSnapshot snapshot = state.snapshot();
            assertThat(snapshot.agents())
                    .hasSize(COUNT)
                    .allSatisfy(agent -> assertThat(agent.reregisteredAtMs()).isPositive())
                    .allSatisfy(agent -> assertThat(snapshot.tasksOn(agent.id()))
                            .hasSize(5)
                            .allMatch(task -> task.state() == TaskState.TASK_RUNNING));
            links.close();
        }
    }

    @Test
    void whatAMasterSaysThatDoesNotLeadIsAFailure() {
        assertThatThrownBy(() -> agents.comeBack(server.address()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("told: REFUSED");
    }

    @Test
    void thatNobodyListensIsAFailure() {
        InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.next());

        assertThatThrownBy(() -> agents.comeBack(nobody))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Connection refused");
    }

    private AgentLinks links(ReplicatedState state) {
        AgentLinks links = new AgentLinks(
                state,
                MasterInfo.newBuilder().setId("m").setIp(0).setPort(5050).build(),
                new LinkConfig(15_000, 5, 600_000),
                new MasterCounts(),
                time,
                Runnable::run,
                why -> {});
        state.addListener(links);
        links.start(new Nobody());
        return links;
    }

    private static final class Nobody implements AgentEvents {

        @Override
        public void agentConnected(AgentId agentId) {}

        @Override
        public void agentDisconnected(AgentId agentId) {}

        @Override
        public void uncommittedStatus(FrameworkId frameworkId, TaskStatus status) {}

        @Override
        public void executorMessage(ExecutorKey executor, ByteString data) {}

        @Override
        public void executorExited(ExecutorKey executor, OptionalInt waitStatus) {}

        @Override
        public void driverAcknowledged(AgentId agentId, TaskKey task, ByteString uuid, String from) {}
    }
}
