package io.stoa.master.link;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.master.link.LinkFixture.TestAgent;
import io.stoa.proto.agent.Endpoint;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two agents, and a leader to which not all of them come back. */
@Timeout(120)
class RecoveryLimitTest {

    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private LinkFixture cluster;
    private AgentId first;
    private AgentId second;

    @BeforeEach
    void start() throws Exception {
        cluster = new LinkFixture();
        first = register(5051);
        second = register(5052);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private AgentId register(int port) {
        TestAgent agent = cluster.connect();
        agent.register("cpus:4;mem:4096", port);
        agent.awaitAnswer();
        return agent.id();
    }

    @Test
    void whereMoreAreMissingThanMayBeNobodyIsGivenUp() {
        try (AgentLinks next = nextLeader(0.4)) {
            TestAgent back = comeBack(first, 5051);

            passTheTimeout(back);

            assertThat(complaints)
                    .containsExactly(
                            "Post-recovery agent removal limit exceeded! After 10secs there were 1 (50.0%) agents"
                                    + " recovered from the registry that did not reregister: [" + second
                                    + "] The configured"
                                    + " removal limit is 40.0%. Please investigate or increase this limit to proceed further");
            cluster.time.advance(60_000);
            assertThat(status(first)).isEqualTo(AgentStatus.REGISTERED);
            assertThat(status(second)).isEqualTo(AgentStatus.REGISTERED);
        }
    }

    @Test
    void asManyAsMayBeMissingAreGivenUp() {
        try (AgentLinks next = nextLeader(0.5)) {
            TestAgent back = comeBack(first, 5051);
            passTheTimeout(back);
            // It is the second one's turn within the next interval.
            cluster.time.advance(1_000);
            back.pong();

            await().until(() -> status(second) == AgentStatus.UNREACHABLE);
            assertThat(complaints).isEmpty();
        }
    }

    @Test
    void whoCameBackAndGoesThenDoesNotCount() {
        try (AgentLinks next = nextLeader(0)) {
            TestAgent one = comeBack(first, 5051);
            TestAgent other = comeBack(second, 5052);
            for (int i = 0; i < 10; i++) {
                cluster.time.advance(1_000);
                one.pong();
                other.pong();
            }
            cluster.time.advance(3_000);

            await().until(() -> status(first) == AgentStatus.UNREACHABLE && status(second) == AgentStatus.UNREACHABLE);
            assertThat(complaints).isEmpty();
        }
    }

    private AgentLinks nextLeader(double limit) {
        cluster.links.close();
        AgentLinks next = new AgentLinks(
                cluster.state,
                MasterInfo.newBuilder().setId("n").setIp(0).setPort(5050).build(),
                new LinkConfig(1_000, 2, 10_000, RemovalRate.UNLIMITED, Retention.DEFAULTS, false, limit),
                cluster.counts,
                cluster.time,
                Runnable::run,
                complaints::add);
        next.start(cluster.events);
        cluster.handler.lead(next);
        return next;
    }

    private TestAgent comeBack(AgentId id, int port) {
        TestAgent agent = cluster.connect();
        agent.reregister(agent.reregistration(id)
                .setEndpoint(Endpoint.newBuilder().setIp("127.0.0.1").setPort(port)));
        return agent;
    }

    private void passTheTimeout(TestAgent present) {
        for (int i = 0; i < 10; i++) {
            cluster.time.advance(1_000);
            present.pong();
        }
    }

    private AgentStatus status(AgentId id) {
        return cluster.state.snapshot().agent(id).orElseThrow().status();
    }
}
