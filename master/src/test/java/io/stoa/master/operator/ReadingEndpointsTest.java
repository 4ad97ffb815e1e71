package io.stoa.master.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stoa.mesos.scheduler.Transport;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.transaction.StateMutation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadingEndpointsTest extends OperatorFixture {

    @Test
    void aFrameworkOverLibprocessIsShownWithItsPid() throws Exception {
        for (String path : List.of("/frameworks", "/state", "/state-summary")) {
            assertThat(json(path).at("/frameworks/0").has("pid")).as(path).isFalse();
        }
        pid = Optional.of("scheduler-1@10.0.0.7:7070");
        for (String path : List.of("/frameworks", "/state", "/state-summary")) {
            JsonNode framework = json(path).at("/frameworks/0");
            assertThat(framework.path("pid").asText()).as(path).isEqualTo("scheduler-1@10.0.0.7:7070");
            assertThat(List.copyOf(framework.properties()).subList(0, 3))
                    .extracting(Map.Entry::getKey)
                    .containsExactly("id", "name", "pid");
        }
    }

    @Test
    void aSchedulerOverRpcIsAFrameworkWithItsTasks() throws Exception {
        door = Optional.of(Transport.HTTP);
        assertThat(json("/frameworks").at("/frameworks/0").has("stoa_door"))
                .as("Mesos' own have Mesos' fields")
                .isFalse();
        door = Optional.of(Transport.RPC);
        claim("t", "cpus:1");
        for (String path : List.of("/frameworks", "/state")) {
            JsonNode framework = json(path).at("/frameworks/0");
            assertThat(framework.path("stoa_door").asText()).as(path).isEqualTo("rpc");
            assertThat(framework.has("pid")).as(path).isFalse();
            assertThat(framework.path("active").asBoolean()).as(path).isTrue();
            assertThat(framework.path("connected").asBoolean()).as(path).isTrue();
            assertThat(framework.at("/tasks/0/id").asText()).as(path).isEqualTo("t");
            assertThat(framework.at("/used_resources/cpus").asDouble()).as(path).isEqualTo(1);
        }
        assertThat(json("/tasks").at("/tasks/0/framework_id").asText()).isEqualTo(FRAMEWORK.value());
    }

    @Test
    void reservedResourcesAreShownInFullWithWhomTheyAreFor() throws Exception {
        admitAgent("cpus:4;mem:1024;cpus(ops):1");
        assertThat(json("/slaves").at("/slaves/0/reserved_resources_full").toString())
                .isEqualTo(
                        "{\"ops\":[{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":1.0},\"role\":\"ops\","
                                + "\"reservations\":[{\"type\":\"STATIC\",\"role\":\"ops\"}]}]}");
    }

    @Test
    void usedResourcesOfOneRoleAreAddedUp() throws Exception {
        claim("a", "cpus:0.5;mem:64");
        claim("b", "cpus:0.25;mem:64");
        update("b", TaskState.TASK_FINISHED, 1, "");
        claim("c", "cpus:1;mem:64");
        assertThat(json("/slaves").at("/slaves/0/used_resources_full").toString())
                .isEqualTo("[{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":1.5},\"role\":\"*\","
                        + "\"allocation_info\":{\"role\":\"*\"}},"
                        + "{\"name\":\"mem\",\"type\":\"SCALAR\",\"scalar\":{\"value\":128.0},\"role\":\"*\","
                        + "\"allocation_info\":{\"role\":\"*\"}}]");
    }

    @Test
    void anAgentThatANewLeaderHasNotHeardOfIsRecovered() throws Exception {
        isRecovered = AGENT::equals;
        JsonNode answer = json("/slaves");
        assertThat(answer.path("slaves")).isEmpty();
        assertThat(answer.at("/recovered_slaves/0/id").asText()).isEqualTo("M-S0");
        assertThat(json("/state-summary").path("slaves")).isEmpty();
    }

    @Test
    void anUnreachableAgentIsNotShown() throws Exception {
        commit(new StateMutation.MarkAgentUnreachable(AGENT, NOW_MS));
        assertThat(get("/slaves")).isEqualTo("{\"slaves\":[],\"recovered_slaves\":[]}");
    }

    @Test
    void whatWasPrintedBeforeIsNotShownWhenItIsNoLongerTrue() throws Exception {
        claim("t", "cpus:1;mem:64");
        assertThat(json("/state-summary").at("/slaves/0/TASK_STAGING").asInt()).isEqualTo(1);
        assertThat(json("/slaves").at("/slaves/0/offered_resources_full")).isEmpty();
        update("t", TaskState.TASK_RUNNING, 1, "");
        offers.add(offer("cpus:3;mem:960"));
        assertThat(json("/state-summary").at("/slaves/0/TASK_STAGING").asInt()).isZero();
        assertThat(json("/state-summary").at("/slaves/0/TASK_RUNNING").asInt()).isEqualTo(1);
        assertThat(json("/slaves?slave_id=M-S0").at("/slaves/0/offered_resources_full"))
                .hasSize(2);
        agentIsConnected = false;
        assertThat(json("/slaves").at("/slaves/0/active").asBoolean()).isFalse();
        assertThat(json("/frameworks?framework_id=M-0000")
                        .at("/frameworks/0/tasks/0/state")
                        .asText())
                .isEqualTo("TASK_RUNNING");
    }

    /** Each task's first status is a second later than that of the one before. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | c b a waiting",
                "order=asc | waiting a b c",
                "order=up | c b a waiting",
                "limit=2 | c b",
                "limit=2&offset=1 | b a",
                "limit=2&offset=3 | waiting",
                "offset=4 | ''",
                "limit=0 | ''",
                "limit=-1 | c b a waiting",
                "limit=-1&offset=2 | ''",
                "offset=-1 | ''",
                "limit=many&offset=one | c b a waiting",
                "task_id=b | b",
                "framework_id=M-0000&limit=1 | c",
                "framework_id=other | ''"
            })
    void tasksAreSelectedAsInMesos(String query, String expected) throws Exception {
        claim("waiting", "cpus:0.1;mem:1");
        int second = 1;
        for (String id : List.of("a", "b", "c")) {
            claim(id, "cpus:0.1;mem:1");
            update(id, TaskState.TASK_RUNNING, second++, "");
        }
        commit(new StateMutation.RemoveTask(key("a")));
        assertThat(json("/tasks?" + query).path("tasks").findValuesAsText("name"))
                .isEqualTo(expected.isEmpty() ? List.of() : List.of(expected.split(" ")));
    }

    @Test
    void tasksAreShownUpToAHundred() throws Exception {
        for (int i = 0; i < 101; i++) {
            claim("t" + i, "mem:1");
        }
        assertThat(json("/tasks").path("tasks")).hasSize(100);
    }

    @Test
    void anOfferCountsForItsRole() throws Exception {
        offers.add(offer("cpus:3"));
        JsonNode roles = json("/roles").path("roles");
        assertThat(roles.findValuesAsText("name")).containsExactly("*");
        assertThat(roles.at("/0/offered").toString()).isEqualTo("{\"cpus\":3.0}");
    }

    @Test
    void aRoleCountsWhatIsBelowIt() throws Exception {
        admitAgent("cpus:4;mem:1024;cpus(eng/web):2;cpus(ops):1;ports(ops):[1-3]");
        commit(new StateMutation.AdmitFramework(
                new FrameworkId("M-0001"),
                FrameworkInfo.newBuilder()
                        .setName("eng")
                        .setUser("root")
                        .addRoles("eng/web")
                        .addCapabilities(
                                FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.MULTI_ROLE))
                        .setId(FrameworkID.newBuilder().setValue("M-0001"))
                        .build(),
                NOW_MS));
        claim("t", "cpus:0.5;mem:64");
        JsonNode roles = json("/roles").path("roles");
        assertThat(roles.findValuesAsText("name")).containsExactly("*", "eng", "eng/web", "ops");
        assertThat(roles.at("/0/allocated").toString()).isEqualTo("{\"cpus\":0.5,\"mem\":64.0}");
        assertThat(roles.at("/0/frameworks/0").asText()).isEqualTo("M-0000");
        assertThat(roles.at("/1/reserved").toString()).isEqualTo("{\"cpus\":2.0}");
        assertThat(roles.at("/1/frameworks")).isEmpty();
        assertThat(roles.at("/2/frameworks/0").asText()).isEqualTo("M-0001");
        assertThat(roles.at("/3/quota/consumed").toString()).isEqualTo("{\"cpus\":1.0,\"ports\":3.0}");
    }
}
