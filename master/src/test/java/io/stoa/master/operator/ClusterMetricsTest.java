package io.stoa.master.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stoa.http.HttpResponse;
import io.stoa.master.operator.v1.OperatorHttpHandler;
import io.stoa.state.model.Quota;
import io.stoa.state.resources.ResourceLimits;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.Test;

class ClusterMetricsTest extends OperatorFixture {

    private static final String OWN = "master/frameworks/web/M-0000/";
    private static final String QUOTA = "allocator/mesos/quota/roles/";

    @Test
    void whatIsThereAndWhatHasHappenedIsCounted() throws Exception {
        claim("running", "cpus:1");
        update("running", TaskState.TASK_RUNNING, 1, "");
        claim("failed", "cpus:1");
        update("failed", TaskState.TASK_FAILED, 2, "");
        commit(new StateMutation.RemoveTask(key("failed")));
        SortedMap<String, Double> figures = metrics.collect().join();
        assertThat(figures)
                .containsEntry("master/elected", 1.0)
                .containsEntry("master/tasks_running", 1.0)
                .containsEntry("master/tasks_staging", 0.0)
                .containsEntry("master/tasks_unreachable", 0.0)
                .containsEntry("master/tasks_gone_by_operator", 0.0)
                .containsEntry("master/tasks_failed", 1.0)
                .containsEntry("master/slaves_active", 1.0)
                .containsEntry("master/frameworks_active", 1.0)
                .containsEntry("master/cpus_total", 4.0)
                .containsEntry("master/cpus_used", 1.0)
                .containsEntry("master/cpus_percent", 0.25)
                .containsEntry("master/slave_registrations", 1.0)
                .containsEntry("master/slave_removals", 0.0)
                .containsEntry("master/valid_status_updates", 0.0)
                .containsEntry("master/invalid_framework_to_executor_messages", 0.0)
                .containsEntry("master/operations/reserve/dropped", 0.0)
                .containsEntry("allocator/mesos/resources/cpus/offered_or_allocated", 1.0)
                .containsEntry("allocator/mesos/allocation_runs", 7.0)
                .containsKeys("system/load_1min", "system/mem_total_bytes");
        assertThat(figures.get("stoa/state/transactions_committed")).isPositive();
    }

    @Test
    void aFrameworkThatWantsNoOffersIsConnectedAndInactive() throws Exception {
        frameworkIsActive = false;
        assertThat(metrics.collect().join())
                .containsEntry("master/frameworks_connected", 1.0)
                .containsEntry("master/frameworks_disconnected", 0.0)
                .containsEntry("master/frameworks_active", 0.0)
                .containsEntry("master/frameworks_inactive", 1.0);
        for (String path : List.of("/frameworks", "/state", "/state-summary")) {
            JsonNode framework = json(path).at("/frameworks/0");
            assertThat(framework.path("active").asBoolean(true)).as(path).isFalse();
            assertThat(framework.path("connected").asBoolean(false)).as(path).isTrue();
        }
    }

    @Test
    void figuresThatAreCountedElsewhereAreIncluded() {
        metrics.include(figures -> figures.put("stoa/libprocess/messages_sent", 3.0));

        assertThat(metrics.collect().join()).containsEntry("stoa/libprocess/messages_sent", 3.0);
    }

    @Test
    void figuresFollowEveryChange() throws Exception {
        claim("a", "cpus:1");
        assertThat(metrics.collect().join()).containsEntry("master/cpus_used", 1.0);
        claim("b", "cpus:0.5");
        agentIsConnected = false;
        offers.add(offer("cpus:2.5"));
        assertThat(metrics.collect().join())
                .containsEntry("master/cpus_used", 1.5)
                .containsEntry("master/slaves_active", 0.0)
                .containsEntry("master/slaves_inactive", 1.0)
                .containsEntry("master/outstanding_offers", 1.0)
                .containsEntry("allocator/mesos/resources/cpus/offered_or_allocated", 4.0);
        commit(new StateMutation.MarkAgentUnreachable(AGENT, NOW_MS));
        assertThat(metrics.collect().join())
                .containsEntry("master/cpus_used", 0.0)
                .containsEntry("master/slaves_inactive", 0.0)
                .containsEntry("master/slaves_unreachable", 1.0)
                .containsEntry("master/slave_removals/reason_unhealthy", 1.0);
    }

    @Test
    void anAgentThatIsMarkedGoneIsNoRemoval() throws Exception {
        commit(new StateMutation.MarkAgentGone(AGENT, NOW_MS));
        assertThat(metrics.collect().join()).containsEntry("master/slave_removals", 0.0);
    }

    @Test
    void theTasksOfAFrameworkThatGoesAreKilled() throws Exception {
        claim("running", "cpus:1");
        claim("failed", "cpus:1");
        update("failed", TaskState.TASK_FAILED, 1, "");
        commit(new StateMutation.RemoveFramework(FRAMEWORK));
        assertThat(metrics.collect().join())
                .containsEntry("master/tasks_killed", 1.0)
                .containsEntry("master/task_killed/source_master/reason_framework_removed", 1.0)
                .containsEntry("master/tasks_failed", 1.0);
    }

    @Test
    void quotasAreShownWithWhatIsConsumed() throws Exception {
        admitAgent("cpus:4;mem:1024;cpus(eng/web):2");
        commit(new StateMutation.UpdateQuotas(
                new TreeMap<>(Map.of(
                        "eng",
                        new Quota(
                                Resources.parse("cpus:1").quantities(),
                                ResourceLimits.of(
                                        Resources.parse("cpus:3").quantities().toMap())))),
                true));
        claim("t", "cpus:0.5;mem:64");
        assertThat(metrics.collect().join())
                .containsEntry(QUOTA + "eng/resources/cpus/guarantee", 1.0)
                .containsEntry(QUOTA + "eng/resources/cpus/limit", 3.0)
                .containsEntry(QUOTA + "eng/resources/cpus/offered_or_allocated", 0.0)
                .containsEntry(QUOTA + "eng/resources/cpus/consumed", 2.0)
                .containsEntry(QUOTA + "eng/web/resources/cpus/consumed", 2.0)
                .containsEntry(QUOTA + "*/resources/mem/consumed", 64.0)
                .containsEntry(QUOTA + "/resources/cpus/consumed", 2.5)
                .doesNotContainKey(QUOTA + "*/resources/cpus/limit");
    }

    @Test
    void eachFrameworkHasItsOwn() throws Exception {
        claim("a", "cpus:1");
        claim("b", "cpus:1");
        update("b", TaskState.TASK_KILLED, 1, "");
        assertThat(metrics.collect().join())
                .containsEntry(OWN + "subscribed", 1.0)
                .containsEntry(OWN + "tasks/active/task_staging", 1.0)
                .containsEntry(OWN + "tasks/active/task_unknown", 0.0)
                .containsEntry(OWN + "tasks/terminal/task_killed", 1.0)
                .containsEntry(OWN + "tasks/terminal/task_lost", 0.0);
        commit(new StateMutation.RemoveFramework(FRAMEWORK));
        assertThat(metrics.collect().join())
                .noneSatisfy((name, value) -> assertThat(name).startsWith(OWN));
    }

    @Test
    void anEndIsCountedWhenItIsToldThoughItWasKnownBefore() throws Exception {
        claim("t", "cpus:1");
        update("t", TaskState.TASK_RUNNING, 1, "");
        commit(new StateMutation.AdvanceTaskState(key("t"), TaskState.TASK_FINISHED));
        assertThat(metrics.collect().join())
                .containsEntry("master/cpus_used", 0.0)
                .containsEntry("master/tasks_finished", 0.0)
                .containsEntry(OWN + "tasks/terminal/task_finished", 0.0);
        update("t", TaskState.TASK_FINISHED, 2, "");
        assertThat(metrics.collect().join())
                .containsEntry("master/tasks_finished", 1.0)
                .containsEntry(OWN + "tasks/terminal/task_finished", 1.0);
    }

    @Test
    void theOperatorApiHasTheSame() {
        HttpResponse answer = post(
                new OperatorHttpHandler(context),
                "application/json",
                "application/json",
                "{\"type\":\"GET_METRICS\",\"get_metrics\":{}}".getBytes(UTF_8));
        assertThat(new String(answer.body(), UTF_8))
                .startsWith("{\"type\":\"GET_METRICS\",\"get_metrics\":{\"metrics\":[{\"name\":\"allocator/")
                .contains("{\"name\":\"master/elected\",\"value\":1.0}");
    }
}
