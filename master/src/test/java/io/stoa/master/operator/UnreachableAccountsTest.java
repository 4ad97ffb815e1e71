package io.stoa.master.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A framework has a task in a role that it has left, on an agent that goes and comes back. */
class UnreachableAccountsTest extends OperatorFixture {

    @BeforeEach
    void claim() throws Exception {
        commit(new StateMutation.Claim(
                FRAMEWORK,
                AGENT,
                "left",
                TaskInfo.newBuilder()
                        .setName("t")
                        .setTaskId(TaskID.newBuilder().setValue("t"))
                        .setAgentId(AgentID.newBuilder().setValue(AGENT.value()))
                        .addAllResources(Resources.parse("cpus:1.5").toProto("left"))
                        .setCommand(CommandInfo.newBuilder().setValue("true"))
                        .build()));
        update("t", TaskState.TASK_RUNNING, 1, "");
    }

    @Test
    void whatIsOnItIsNotUsed() throws Exception {
        assertThat(usedCpus("/state")).isEqualTo(1.5);
        assertThat(usedCpus("/state-summary")).isEqualTo(1.5);
        goAway();
        assertThat(usedCpus("/state")).isZero();
        assertThat(usedCpus("/state-summary")).isZero();
        comeBack();
        assertThat(usedCpus("/state")).isEqualTo(1.5);
        assertThat(usedCpus("/state-summary")).isEqualTo(1.5);
    }

    @Test
    void theRoleIsNotKnownForIt() throws Exception {
        assertThat(json("/roles").at("/roles").findValuesAsText("name")).containsExactly("*", "left");
        assertThat(json("/roles").at("/roles/1/allocated/cpus").asDouble()).isEqualTo(1.5);
        goAway();
        assertThat(json("/roles").at("/roles").findValuesAsText("name")).containsExactly("*");
        comeBack();
        assertThat(json("/roles").at("/roles/1/allocated/cpus").asDouble()).isEqualTo(1.5);
        assertThat(json("/roles").at("/roles/1/frameworks/0").asText()).isEqualTo(FRAMEWORK.value());
    }

    @Test
    void nothingOfItIsInTheClustersFigures() throws Exception {
        goAway();
        assertThat(metrics.collect().join())
                .containsEntry("master/cpus_total", 0.0)
                .containsEntry("master/cpus_used", 0.0);
        comeBack();
        assertThat(metrics.collect().join()).containsEntry("master/cpus_used", 1.5);
    }

    private double usedCpus(String target) throws Exception {
        return json(target).at("/frameworks/0/used_resources/cpus").asDouble();
    }

    private void goAway() throws Exception {
        update("t", TaskState.TASK_UNREACHABLE, 2, "");
        commit(new StateMutation.MarkAgentUnreachable(AGENT, NOW_MS));
    }

    private void comeBack() throws Exception {
        admitAgent();
        update("t", TaskState.TASK_RUNNING, 3, "");
    }
}
