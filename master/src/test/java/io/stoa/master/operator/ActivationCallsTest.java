package io.stoa.master.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stoa.http.HttpResponse;
import io.stoa.master.operator.v1.OperatorHttpHandler;
import io.stoa.state.model.Activation;
import io.stoa.state.transaction.StateMutation;
import java.util.Locale;
import java.util.OptionalLong;
import org.apache.mesos.v1.Protos.DrainState;
import org.apache.mesos.v1.master.Protos.Call;
import org.apache.mesos.v1.master.Protos.Response;
import org.apache.mesos.v1.master.Protos.Response.GetAgents.Agent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActivationCallsTest extends OperatorFixture {

    private static final String PROTOBUF = "application/x-protobuf";

    @ParameterizedTest
    @CsvSource({
        "DRAIN_AGENT, Unknown agent",
        "DEACTIVATE_AGENT, Unknown agent",
        "REACTIVATE_AGENT, Agent is not deactivated"
    })
    void anUnknownAgentIsRefusedInMesosWords(String type, String text) {
        assertRefused(call(type, "nosuch-agent", ""), text);
    }

    @Test
    void anAgentThatIsGoneIsUnknown() throws Exception {
        commit(new StateMutation.MarkAgentGone(AGENT, NOW_MS));

        assertRefused(call("DRAIN_AGENT", "M-S0", ""), "Unknown agent");
        assertRefused(call("DEACTIVATE_AGENT", "M-S0", ""), "Unknown agent");
        assertRefused(call("REACTIVATE_AGENT", "M-S0", ""), "Agent is not deactivated");
    }

    @Test
    void aDeactivatedAgentIsInactiveUntilItIsReactivated() throws Exception {
        assertDone(call("DEACTIVATE_AGENT", "M-S0", ""));
        assertDone(call("DEACTIVATE_AGENT", "M-S0", ""));

        assertThat(agent().getDeactivated()).isTrue();
        assertThat(agent().getActive()).isFalse();
        assertThat(agent().hasDrainInfo()).isFalse();
        JsonNode shown = json("/slaves").path("slaves").path(0);
        assertThat(shown.path("deactivated").asBoolean()).isTrue();
        assertThat(shown.path("active").asBoolean()).isFalse();
        assertThat(json("/state").path("deactivated_slaves").asInt()).isEqualTo(1);
        assertThat(json("/state").path("activated_slaves").asInt()).isZero();
        assertThat(metrics.collect().join())
                .containsEntry("master/slaves_inactive", 1.0)
                .containsEntry("master/slaves_active", 0.0)
                .containsEntry("master/slaves_connected", 1.0);

        assertDone(call("REACTIVATE_AGENT", "M-S0", ""));
        assertThat(agent().getDeactivated()).isFalse();
        assertThat(agent().getActive()).isTrue();
        assertRefused(call("REACTIVATE_AGENT", "M-S0", ""), "Agent is not deactivated");
    }

    @Test
    void aDrainIsShownAsMesosShowsIt() throws Exception {
        claim("t", "cpus:1");
        assertDone(
                call("DRAIN_AGENT", "M-S0", ",\"max_grace_period\":{\"seconds\":60,\"nanos\":5},\"mark_gone\":false"));

        Agent draining = agent();
        assertThat(draining.getDeactivated()).isTrue();
        assertThat(draining.getDrainInfo().getState()).isEqualTo(DrainState.DRAINING);
        assertThat(draining.getDrainInfo().getConfig().getMaxGracePeriod().getNanoseconds())
                .isEqualTo(60_000_000_005L);
        assertThat(draining.getDrainInfo().getConfig().hasMarkGone()).isTrue();
        assertThat(draining.getEstimatedDrainStartTime().getNanoseconds()).isEqualTo(1_795_218_486_000_000_000L);
        JsonNode shown = json("/slaves").path("slaves").path(0);
        assertThat(shown.path("drain_info"))
                .hasToString("{\"state\":\"DRAINING\",\"config\":{\"max_grace_period\":{\"nanoseconds\":60000000005},"
                        + "\"mark_gone\":false}}");
        assertThat(shown.path("estimated_drain_start_time_seconds").asDouble()).isEqualTo(NOW_MS / 1000.0);
        assertRefused(call("REACTIVATE_AGENT", "M-S0", ""), "Agent is still in the DRAINING state");

        commit(new StateMutation.RemoveTask(key("t")));
        commit(new StateMutation.FinishDrain(AGENT));
        assertThat(agent().getDrainInfo().getState()).isEqualTo(DrainState.DRAINED);
        assertDone(call("REACTIVATE_AGENT", "M-S0", ""));
        assertThat(agent().hasDrainInfo()).isFalse();
        assertThat(agent().hasEstimatedDrainStartTime()).isFalse();
    }

    @Test
    void aDrainMayBeAskedAgain() {
        assertDone(call("DRAIN_AGENT", "M-S0", ",\"max_grace_period\":{\"seconds\":60}"));
        assertDone(call("DRAIN_AGENT", "M-S0", ",\"mark_gone\":true"));

        assertThat(state.snapshot().agent(AGENT).orElseThrow().activation())
                .isEqualTo(new Activation.Drain(OptionalLong.empty(), true, NOW_MS, false));
    }

    /** The field is one of protobuf's own type, which has seconds: what Mesos does not know it leaves out. */
    @Test
    void aGracePeriodOfUnknownFieldsIsNone() {
        assertDone(call("DRAIN_AGENT", "M-S0", ",\"max_grace_period\":{\"nanoseconds\":-1}"));

        assertThat(state.snapshot().agent(AGENT).orElseThrow().activation())
                .isEqualTo(new Activation.Drain(OptionalLong.of(0), false, NOW_MS, false));
    }

    @ParameterizedTest
    @CsvSource({"-1, 0", "0, -1", "0, 1000000000", "9223372037, 0"})
    void anAbsurdGracePeriodIsRefused(long seconds, int nanos) {
        assertRefused(
                call(
                        "DRAIN_AGENT",
                        "M-S0",
                        ",\"max_grace_period\":{\"seconds\":" + seconds + ",\"nanos\":" + nanos + "}"),
                "max_grace_period: " + seconds + " s and " + nanos
                        + " ns (expected: 0 s to 292 years, with 0 to 999999999 ns)");
        assertThat(state.snapshot().agent(AGENT).orElseThrow().activation()).isEqualTo(new Activation.Active());
    }

    @Test
    void agentsThatAreAwayAreDrainedToo() throws Exception {
        commit(new StateMutation.MarkAgentUnreachable(AGENT, NOW_MS));

        assertDone(call("DRAIN_AGENT", "M-S0", ""));
        assertThat(state.snapshot().agent(AGENT).orElseThrow().activation().isDraining())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"DRAIN_AGENT, drain_agent", "DEACTIVATE_AGENT, deactivate_agent", "REACTIVATE_AGENT, reactivate_agent"})
    void aCallWithoutItsMessageIsRefused(String type, String field) {
        HttpResponse response = post(
                new OperatorHttpHandler(context),
                "application/json",
                "",
                ("{\"type\":\"" + type + "\"}").getBytes(UTF_8));

        assertRefused(response, "Failed to validate master::Call: Expecting '" + field + "' to be present");
    }

    private HttpResponse call(String type, String agent, String more) {
        String call = "{\"type\":\"" + type + "\",\"" + type.toLowerCase(Locale.ROOT) + "\":{\"agent_id\":{\"value\":\""
                + agent + "\"}" + more + "}}";
        return post(new OperatorHttpHandler(context), "application/json", "", call.getBytes(UTF_8));
    }

    private static void assertDone(HttpResponse response) {
        assertThat(new String(response.body(), UTF_8)).isEmpty();
        assertThat(response.status()).isEqualTo(200);
    }

    private static void assertRefused(HttpResponse response, String text) {
        assertThat(new String(response.body(), UTF_8)).isEqualTo(text);
        assertThat(response.status()).isEqualTo(400);
    }

    private Agent agent() throws Exception {
        byte[] call = Call.newBuilder().setType(Call.Type.GET_AGENTS).build().toByteArray();
        HttpResponse response = post(new OperatorHttpHandler(context), PROTOBUF, PROTOBUF, call);
        return Response.parseFrom(response.body()).getGetAgents().getAgents(0);
    }
}
