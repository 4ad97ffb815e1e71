package io.stoa.master.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.http.HttpHandler;
import io.stoa.http.HttpResponse;
import io.stoa.master.operator.v1.OperatorHttpHandler;
import io.stoa.proto.json.MesosJson;
import io.stoa.state.model.AgentId;
import io.stoa.state.transaction.StateMutation;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.master.Protos.Call;
import org.apache.mesos.v1.master.Protos.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OperatorCallsTest extends OperatorFixture {

    private static final String JSON = "application/json";
    private static final String PROTOBUF = "application/x-protobuf";

    private HttpHandler handler() {
        return new OperatorHttpHandler(context);
    }

    /** Whatever is asked for and answered in: it is the same message. */
    @ParameterizedTest
    @EnumSource(
            value = Call.Type.class,
            names = {
                "GET_HEALTH", "GET_VERSION", "GET_FLAGS", "GET_LOGGING_LEVEL", "GET_MASTER", "GET_STATE", "GET_AGENTS",
                "GET_FRAMEWORKS", "GET_EXECUTORS", "GET_OPERATIONS", "GET_TASKS", "GET_ROLES", "GET_WEIGHTS",
                        "GET_QUOTA"
            })
    void bothFormsSayTheSame(Call.Type type) throws Exception {
        fill();
        HttpHandler handler = handler();
        byte[] call = Call.newBuilder().setType(type).build().toByteArray();
        HttpResponse json = post(handler, JSON, "", ("{\"type\":\"" + type + "\"}").getBytes(UTF_8));
        HttpResponse protobuf = post(handler, PROTOBUF, PROTOBUF, call);
        assertThat(json.status()).isEqualTo(200);
        assertThat(protobuf.status()).isEqualTo(200);
        Response response = Response.parseFrom(protobuf.body());
        assertThat(parsed(json.body())).isEqualTo(parsed(MesosJson.print(response)));
        assertThat(response.getType().name()).isEqualTo(type.name());
        assertThat(post(handler, PROTOBUF, PROTOBUF, call).body())
                .as("printed before")
                .isEqualTo(protobuf.body());
    }

    /** JSON has defaults that protobuf leaves out. */
    private static Response parsed(byte[] json) throws Exception {
        return MesosJson.parse(json, Response.newBuilder()).build();
    }

    private void fill() throws Exception {
        for (int i = 0; i < 40; i++) {
            claim("task-" + i, "cpus:0.05;mem:10");
            update("task-" + i, i % 2 == 0 ? TaskState.TASK_RUNNING : TaskState.TASK_FINISHED, 1, "");
        }
        commit(new StateMutation.RemoveTask(key("task-1")));
        offers.add(offer("cpus:1;mem:512"));
    }

    @Test
    void tasksOfAnUnreachableAgentStandApart() throws Exception {
        claim("t", "cpus:1;mem:64");
        commit(new StateMutation.MarkAgentUnreachable(AGENT, NOW_MS));
        Response.GetState state = get(Call.Type.GET_STATE).getGetState();
        assertThat(state.getGetTasks().getTasksList()).isEmpty();
        assertThat(state.getGetTasks().getUnreachableTasksList()).hasSize(1);
        assertThat(state.getGetAgents().getAgentsList()).isEmpty();
    }

    @Test
    void agentsThatANewLeaderHasNotHeardOfAreRecovered() throws Exception {
        isRecovered = AGENT::equals;
        Response.GetAgents agents = get(Call.Type.GET_AGENTS).getGetAgents();
        assertThat(agents.getAgentsList()).isEmpty();
        assertThat(agents.getRecoveredAgentsList())
                .extracting(info -> new AgentId(info.getId().getValue()))
                .containsExactly(AGENT);
    }

    @Test
    void aFrameworkThatIsGoneIsCompleted() throws Exception {
        commit(new StateMutation.RemoveFramework(FRAMEWORK));
        Response.GetFrameworks frameworks = get(Call.Type.GET_FRAMEWORKS).getGetFrameworks();
        assertThat(frameworks.getFrameworksList()).isEmpty();
        assertThat(frameworks.getCompletedFrameworksList()).hasSize(1);
        assertThat(frameworks.getCompletedFrameworks(0).getUnregisteredTime().getNanoseconds())
                .isEqualTo(NOW_MS * 1_000_000);
    }

    private Response get(Call.Type type) throws Exception {
        byte[] call = Call.newBuilder().setType(type).build().toByteArray();
        return Response.parseFrom(post(handler(), PROTOBUF, PROTOBUF, call).body());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"SUBSCRIBE\"} | 501 | 501 Not Implemented.",
                "{\"type\":\"GROW_VOLUME\",\"grow_volume\":{\"volume\":{\"name\":\"disk\",\"type\":\"SCALAR\"},"
                        + "\"addition\":{\"name\":\"disk\",\"type\":\"SCALAR\"}}} | 400 | Failed to validate master::Call:"
                        + " Expecting 'agent_id' to be present; only agent default resources are supported right now",
                "{\"type\":\"REMOVE_QUOTA\",\"remove_quota\":{\"role\":\"nosuch\"}} | 400 | "
                        + "Failed to remove quota: Role 'nosuch' has no quota set",
                "{\"type\":\"UPDATE_QUOTA\",\"update_quota\":{\"quota_configs\":[{\"role\":\"a/b\"}]}} | 400 | "
                        + "Updating quota on nested role 'a/b' is not supported yet"
            })
    void refusalsAreMesosOwn(String call, int status, String text) {
        HttpResponse response = post(handler(), JSON, "", call.getBytes(UTF_8));
        assertThat(new String(response.body(), UTF_8)).isEqualTo(text);
        assertThat(response.status()).isEqualTo(status);
    }
}
