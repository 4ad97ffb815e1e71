package io.stoa.rpc.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.mesos.scheduler.SchedulerFixture;
import io.stoa.state.model.AgentId;
import io.stoa.state.transaction.StateMutation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DepartedAgentsTest {

    private final SchedulerFixture cluster = new SchedulerFixture();

    /** Between the two nobody could tell it from one that never was. */
    @Test
    void whoLeftIsKnownFromTheSnapshotWithoutHimOnAndNotOnlyWhenThatIsTold() {
        AgentId id = cluster.agent("cpus:1");
        DepartedAgents departed = new DepartedAgents(cluster.state.snapshot());
        List<Boolean> beforeItWasTold = new ArrayList<>();
        cluster.state.addListener((snapshot, changes) -> beforeItWasTold.add(departed.contains(id)));
        cluster.state.addListener(departed);

        cluster.commit(new StateMutation.RemoveAgent(id));

        assertThat(beforeItWasTold).containsExactly(true);
        assertThat(departed.contains(id)).isTrue();
        assertThat(departed.contains(new AgentId("nobody"))).isFalse();
    }

    @Test
    void whoLeftLongAgoIsRemembered() {
        AgentId first = cluster.agent("cpus:1");
        AgentId second = cluster.agent("cpus:1");
        DepartedAgents departed = new DepartedAgents(cluster.state.snapshot());
        cluster.state.addListener(departed);
        cluster.commit(new StateMutation.RemoveAgent(first));
        cluster.commit(new StateMutation.RemoveAgent(second));
        assertThat(departed.contains(first)).isTrue();
        assertThat(departed.contains(second)).isTrue();
    }
}
