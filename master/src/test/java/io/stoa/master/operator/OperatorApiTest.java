package io.stoa.master.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stoa.mesos.Recovered;
import io.stoa.state.transaction.StateMutation;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;
import org.junit.jupiter.api.Test;

class OperatorApiTest extends OperatorFixture {

    @Test
    void anAgentIsShownInMesosWordsAndOrder() throws Exception {
        claim("t", "cpus:0.5;mem:64");
        offers.add(offer("cpus:3.5;mem:960;ports:[31000-31009, 31020-31029]"));
        assertThat(get("/state"))
                .contains(
                        "\"slaves\":[{\"id\":\"M-S0\",\"hostname\":\"one\",\"port\":5051,\"attributes\":{\"rack\":\"r1\"},"
                                + "\"pid\":\"slave(1)@10.0.0.2:5051\",\"registered_time\":1795218486.25,"
                                + "\"resources\":{\"disk\":0.0,\"mem\":1024.0,\"gpus\":0.0,\"cpus\":4.0,"
                                + "\"ports\":\"[31000-31009, 31020-31029]\"},"
                                + "\"used_resources\":{\"disk\":0.0,\"mem\":64.0,\"gpus\":0.0,\"cpus\":0.5},"
                                + "\"offered_resources\":{\"disk\":0.0,\"mem\":960.0,\"gpus\":0.0,\"cpus\":3.5,"
                                + "\"ports\":\"[31000-31009, 31020-31029]\"},\"reserved_resources\":{},"
                                + "\"unreserved_resources\":{\"disk\":0.0,\"mem\":1024.0,\"gpus\":0.0,\"cpus\":4.0,"
                                + "\"ports\":\"[31000-31009, 31020-31029]\"},\"active\":true,\"deactivated\":false,"
                                + "\"version\":\"1.11.0\",\"capabilities\":[]}]");
    }

    @Test
    void aTaskIsShownInMesosWordsAndOrderWhileItIsThere() throws Exception {
        claim("t", "cpus:0.5;mem:64");
        update("t", TaskState.TASK_RUNNING, 1, "");
        assertThat(get("/state"))
                .contains("\"role\":\"*\",\"tasks\":[{\"id\":\"t\",\"name\":\"t\",\"framework_id\":\"M-0000\","
                        + "\"executor_id\":\"\",\"slave_id\":\"M-S0\",\"state\":\"TASK_RUNNING\","
                        + "\"resources\":{\"disk\":0.0,\"mem\":64.0,\"gpus\":0.0,\"cpus\":0.5},\"role\":\"*\","
                        + "\"statuses\":[{\"state\":\"TASK_RUNNING\",\"timestamp\":1.0}]}],"
                        + "\"unreachable_tasks\":[],\"completed_tasks\":[],\"offers\":[],\"executors\":[],"
                        + "\"offer_constraints\":{}}]");
    }

    @Test
    void theConstraintsOfAFrameworkAreShown() throws Exception {
        constraints = OfferConstraints.newBuilder()
                .putRoleConstraints("*", OfferConstraints.RoleConstraints.getDefaultInstance())
                .build();
        assertThat(get("/state")).contains("\"offer_constraints\":{\"role_constraints\":{\"*\":{}}}");
    }

    @Test
    void aTaskThatIsForgottenIsCompleted() throws Exception {
        claim("t", "cpus:0.5");
        update("t", TaskState.TASK_FINISHED, 1, "");
        commit(new StateMutation.RemoveTask(key("t")));
        JsonNode framework = json("/state").path("frameworks").path(0);
        assertThat(framework.path("tasks")).isEmpty();
        assertThat(framework.path("completed_tasks").path(0).path("state").asText())
                .isEqualTo("TASK_FINISHED");
    }

    @Test
    void aFrameworkThatIsGoneKeepsItsTasksAsKilled() throws Exception {
        claim("t", "cpus:0.5");
        commit(new StateMutation.RemoveFramework(FRAMEWORK));
        JsonNode all = json("/state");
        assertThat(all.path("frameworks")).isEmpty();
        JsonNode gone = all.path("completed_frameworks").path(0);
        assertThat(gone.path("name").asText()).isEqualTo("web");
        assertThat(gone.path("active").asBoolean()).isFalse();
        assertThat(gone.path("completed_tasks").path(0).path("state").asText()).isEqualTo("TASK_KILLED");
    }

    @Test
    void aFrameworkThatIsGoneTellsWhenAndWhy() throws Exception {
        claim("t", "cpus:0.5");
        commit(new StateMutation.RemoveFramework(FRAMEWORK));
        JsonNode gone = json("/state").path("completed_frameworks").path(0);
        assertThat(gone.path("unregistered_time").asDouble()).isEqualTo(NOW_MS / 1e3);
        assertThat(gone.path("used_resources").path("cpus").asDouble()).isZero();
        assertThat(get("/state")).contains("\"statuses\":[{\"state\":\"TASK_KILLED\",\"timestamp\":1795218486.25}]");
        JsonNode status =
                json("/stoa/tasks?id=t").path("tasks").path(0).path("statuses").path(0);
        assertThat(status.path("message").asText()).isEqualTo("Framework M-0000 removed");
        assertThat(status.path("reason").asText()).isEqualTo("REASON_FRAMEWORK_REMOVED");
    }

    @Test
    void whatHasChangedSinceTheLastAnswerIsShown() throws Exception {
        claim("t", "cpus:0.5;mem:64;ports:[31000-31000]");
        claim("same", "cpus:0.25;ports:[31001-31002]");
        offers.add(offer("cpus:3.25;mem:960;ports:[31003-31009, 31020-31029]"));
        JsonNode first = json("/state");
        assertThat(json("/state")).isEqualTo(first);
        assertThat(first.path("frameworks").path(0).path("used_resources").toString())
                .isEqualTo("{\"disk\":0.0,\"mem\":64.0,\"gpus\":0.0,\"cpus\":0.75,\"ports\":\"[31000-31002]\"}");
        assertThat(first.path("frameworks").path(0).path("resources").toString())
                .isEqualTo("{\"disk\":0.0,\"mem\":1024.0,\"gpus\":0.0,\"cpus\":4.0,"
                        + "\"ports\":\"[31000-31009, 31020-31029]\"}");
        offers.clear();
        agentIsConnected = false;
        update("t", TaskState.TASK_FINISHED, 1, "");
        JsonNode second = json("/state");
        JsonNode agent = second.path("slaves").path(0);
        assertThat(agent.path("active").asBoolean()).isFalse();
        assertThat(agent.path("offered_resources").has("ports")).isFalse();
        assertThat(agent.path("used_resources").path("cpus").asDouble()).isEqualTo(0.25);
        JsonNode framework = second.path("frameworks").path(0);
        assertThat(framework.path("offers")).isEmpty();
        assertThat(framework.path("used_resources").path("cpus").asDouble()).isEqualTo(0.25);
        assertThat(framework.path("tasks").findValuesAsText("state")).containsOnly("TASK_FINISHED", "TASK_STAGING");
    }

    @Test
    void whoHasNotComeBackToANewLeaderIsRecovered() throws Exception {
        claim("t", "cpus:0.5");
        Recovered recovered = new Recovered(state.snapshot());
        state.addListener(recovered);
        isRecovered = recovered::contains;
        agentIsConnected = false;
        JsonNode before = json("/state");
        assertThat(before.path("slaves")).isEmpty();
        assertThat(before.path("deactivated_slaves").asDouble()).isZero();
        assertThat(before.path("recovered_slaves").toString())
                .isEqualTo("[{\"id\":\"M-S0\",\"hostname\":\"one\",\"port\":5051,\"attributes\":{\"rack\":\"r1\"}}]");
        assertThat(before.path("frameworks").path(0).path("tasks")).hasSize(1);
        admitAgent();
        JsonNode after = json("/state");
        assertThat(after.path("slaves")).hasSize(1);
        assertThat(after.path("slaves").path(0).path("reregistered_time").asDouble())
                .isEqualTo(NOW_MS / 1e3);
        assertThat(after.path("deactivated_slaves").asDouble()).isEqualTo(1);
        assertThat(after.path("recovered_slaves")).isEmpty();
    }

    @Test
    void tasksOnAnUnreachableAgentAreUnreachable() throws Exception {
        claim("t", "cpus:0.5");
        commit(new StateMutation.MarkAgentUnreachable(AGENT, NOW_MS));
        JsonNode all = json("/state");
        assertThat(all.path("slaves")).isEmpty();
        assertThat(all.path("unreachable_slaves").asDouble()).isEqualTo(1);
        assertThat(all.path("frameworks").path(0).path("unreachable_tasks")).hasSize(1);
    }

    @Test
    void tasksTellsReasonsAndMessagesAlsoOfWhatIsOver() throws Exception {
        claim("a/b c", "cpus:0.5");
        update("a/b c", TaskState.TASK_FAILED, 1, "Command exited with status 7");
        JsonNode present = json("/stoa/tasks?id=a%2Fb+c").path("tasks").path(0);
        assertThat(present.path("active").asBoolean()).isFalse();
        assertThat(present.path("agent").path("address").asText()).isEqualTo("10.0.0.2:5051");
        commit(new StateMutation.RemoveTask(key("a/b c")));
        JsonNode past = json("/stoa/tasks?id=a%2Fb+c").path("tasks").path(0);
        assertThat(past.path("framework").path("name").asText()).isEqualTo("web");
        assertThat(past.path("statuses").path(0).path("message").asText()).isEqualTo("Command exited with status 7");
        assertThat(json("/stoa/tasks?id=other").path("tasks")).isEmpty();
        assertThat(call("GET", "/stoa/tasks").status()).isEqualTo(400);
    }

    @Test
    void killEndsAnActiveTaskAndNothingElse() throws Exception {
        claim("t", "cpus:0.5");
        String kill = "/stoa/kill?id=t&framework=M-0000";
        assertThat(call("GET", kill).status()).isEqualTo(405);
        assertThat(call("POST", "/stoa/kill?id=t").status()).isEqualTo(400);
        assertThat(call("POST", "/stoa/kill?id=t&framework=other").status()).isEqualTo(404);
        assertThat(killed).isEmpty();
        assertThat(call("POST", kill).status()).isEqualTo(200);
        assertThat(killed).containsExactly(key("t"));
        agentIsConnected = false;
        assertThat(call("POST", kill).status()).isEqualTo(409);
        update("t", TaskState.TASK_KILLED, 1, "");
        assertThat(call("POST", kill).status()).isEqualTo(404);
    }
}
