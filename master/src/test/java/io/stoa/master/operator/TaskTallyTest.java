package io.stoa.master.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stoa.state.transaction.StateMutation;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.Test;

class TaskTallyTest extends OperatorFixture {

    @Test
    void aTaskIsCountedWhereItIsUntilItsFrameworkIsGone() throws Exception {
        claim("a", "cpus:0.1");
        claim("b", "cpus:0.1");
        assertCounts(2, 0, 0);
        update("a", TaskState.TASK_RUNNING, 1, "");
        assertCounts(1, 1, 0);
        update("a", TaskState.TASK_FINISHED, 2, "");
        assertCounts(1, 0, 1);
        commit(new StateMutation.RemoveTask(key("a")));
        assertCounts(1, 0, 1);
        commit(new StateMutation.RemoveFramework(FRAMEWORK));
        JsonNode summary = json("/state-summary");
        assertThat(summary.path("frameworks")).isEmpty();
        assertThat(summary.at("/slaves/0/TASK_FINISHED").asInt()).isZero();
        assertThat(summary.at("/slaves/0/TASK_KILLED").asInt()).isZero();
        assertThat(summary.at("/slaves/0/framework_ids")).isEmpty();
        assertThat(context.history().tally().on(AGENT)).isEmpty();
        assertThat(context.history().tally().of(FRAMEWORK)).isEmpty();
    }

    private void assertCounts(int staging, int running, int finished) throws Exception {
        JsonNode summary = json("/state-summary");
        for (String who : new String[] {"/slaves/0", "/frameworks/0"}) {
            assertThat(summary.at(who + "/TASK_STAGING").asInt()).as(who).isEqualTo(staging);
            assertThat(summary.at(who + "/TASK_RUNNING").asInt()).as(who).isEqualTo(running);
            assertThat(summary.at(who + "/TASK_FINISHED").asInt()).as(who).isEqualTo(finished);
        }
        assertThat(summary.at("/slaves/0/framework_ids/0").asText()).isEqualTo("M-0000");
        assertThat(summary.at("/frameworks/0/slave_ids/0").asText()).isEqualTo("M-S0");
        assertThat(context.history().tally().all(TaskState.TASK_RUNNING)).isEqualTo(running);
    }
}
