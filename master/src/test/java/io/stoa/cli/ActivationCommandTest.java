package io.stoa.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ActivationCommandTest {

    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

    @AutoClose
    private final StubCluster cluster = new StubCluster();

    @BeforeEach
    void start() {
        cluster.answer("/slaves", 200, """
                {"slaves":[{"id":"M-S0","hostname":"one"},{"id":"M-S1","hostname":"two"}]}
                """);
    }

    private StubCluster.Outcome run(int status, String answer, String... args) {
        cluster.on("/api/v1", exchange -> {
            calls.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            StubCluster.send(exchange, status, answer);
        });
        List<String> all = new ArrayList<>(List.of("agents"));
        all.addAll(List.of(args));
        all.add("--master=" + cluster.address());
        return cluster.run(all.toArray(String[]::new));
    }

    @Test
    void anAgentIsDrainedByTheNameOfItsHost() {
        StubCluster.Outcome outcome = run(200, "", "drain", "two", "--max-grace-period=90", "--mark-gone");

        assertThat(outcome.err()).isEqualTo("stoa: two is draining\n");
        assertThat(outcome.exitCode()).isZero();
        assertThat(calls)
                .containsExactly("{\"type\":\"DRAIN_AGENT\",\"drain_agent\":{\"agent_id\":{\"value\":\"M-S1\"},"
                        + "\"max_grace_period\":{\"seconds\":90},\"mark_gone\":true}}");
    }

    @Test
    void anAgentIsDeactivatedByTheEndOfItsId() {
        assertThat(run(200, "", "deactivate", "S0").err()).isEqualTo("stoa: S0 takes nothing new\n");
        assertThat(calls)
                .containsExactly(
                        "{\"type\":\"DEACTIVATE_AGENT\",\"deactivate_agent\":{\"agent_id\":{\"value\":\"M-S0\"}}}");
    }

    @Test
    void whatTheMasterRefusesIsToldInItsWords() {
        StubCluster.Outcome outcome = run(400, "Agent is still in the DRAINING state", "reactivate", "M-S0");

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err()).isEqualTo("stoa: Agent is still in the DRAINING state\n");
    }

    @Test
    void anAgentThatIsNotListedIsNamedByItsId() {
        run(200, "", "reactivate", "M-S7");

        assertThat(calls)
                .containsExactly(
                        "{\"type\":\"REACTIVATE_AGENT\",\"reactivate_agent\":{\"agent_id\":{\"value\":\"M-S7\"}}}");
    }

    @Test
    void theListSaysWhatOperatorsWant() {
        cluster.answer("/state", 200, """
                {"slaves":[
                  {"id":"M-S0","deactivated":true,"active":false,"drain_info":{"state":"DRAINING"}},
                  {"id":"M-S1","deactivated":true,"active":false,"drain_info":{"state":"DRAINED"}},
                  {"id":"M-S2","deactivated":true,"active":false}]}
                """);

        assertThat(run(200, "").out().lines().skip(1))
                .satisfiesExactly(
                        row -> assertThat(row).contains(" draining "),
                        row -> assertThat(row).contains(" drained "),
                        row -> assertThat(row).contains(" deactivated "));
    }
}
