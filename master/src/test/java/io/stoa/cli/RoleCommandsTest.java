package io.stoa.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoleCommandsTest {

    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private StubCluster cluster;

    @BeforeEach
    void start() throws IOException {
        cluster = new StubCluster();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private StubCluster.Outcome run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--master=" + cluster.address());
        return cluster.run(all.toArray(String[]::new));
    }

    private void answerCalls(int status, String body) {
        cluster.on("/api/v1", exchange -> {
            calls.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            StubCluster.send(exchange, status, body);
        });
    }

    @Test
    void rolesAreListedWithWhatTheyHold() {
        cluster.answer("/roles", 200, """
                {"roles":[{"name":"eng","weight":2.5,
                  "quota":{"role":"eng","guarantee":{"cpus":1.0},"limit":{"cpus":3.0},"consumed":{"cpus":0.3}},
                  "resources":{"cpus":8.0},"allocated":{"cpus":0.3,"mem":96.0},"offered":{"cpus":7.7},"reserved":{},
                  "frameworks":["F1"]}]}
                """);
        assertThat(run("roles").out().lines())
                .satisfiesExactly(
                        head -> assertThat(head).startsWith("ROLE"),
                        row -> assertThat(row).matches("eng +2.5 +1 +cpus:0.3;mem:96 +cpus:7.7 +- +cpus:1 +cpus:3"));
        assertThat(run("roles", "--output=json").out()).contains("\"frameworks\" : [ \"F1\" ]", "\"consumed\" : {");
    }

    @Test
    void quotasAreListed() {
        cluster.answer(
                "/quota",
                200,
                "{\"configs\":[{\"role\":\"eng\",\"guarantees\":{\"cpus\":{\"value\":1.0}},"
                        + "\"limits\":{\"cpus\":{\"value\":3.0},\"mem\":{\"value\":64.0}}}]}");
        assertThat(run("quota", "list").out().lines().skip(1))
                .singleElement()
                .asString()
                .matches("eng +cpus:1 +cpus:3;mem:64");
    }

    @Test
    void aQuotaIsSet() {
        answerCalls(200, "");
        StubCluster.Outcome outcome =
                run("quota", "set", "eng", "--guarantee=cpus:1", "--limit=cpus:3;mem:64.5", "--force");
        assertThat(outcome.err()).isEqualTo("stoa: the quota of eng is set\n");
        assertThat(outcome.exitCode()).isZero();
        assertThat(calls)
                .containsExactly("{\"type\":\"UPDATE_QUOTA\",\"update_quota\":{\"force\":true,\"quota_configs\":"
                        + "[{\"role\":\"eng\",\"guarantees\":{\"cpus\":{\"value\":1.0}},"
                        + "\"limits\":{\"cpus\":{\"value\":3.0},\"mem\":{\"value\":64.5}}}]}}");
    }

    @Test
    void aRefusalIsToldInTheMastersWords() {
        answerCalls(400, "Failed to remove quota: Role 'eng' has no quota set");
        StubCluster.Outcome outcome = run("quota", "remove", "eng");
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err()).isEqualTo("stoa: Failed to remove quota: Role 'eng' has no quota set\n");
        assertThat(calls).containsExactly("{\"type\":\"REMOVE_QUOTA\",\"remove_quota\":{\"role\":\"eng\"}}");
    }

    @Test
    void weightsAreListedAndSet() {
        cluster.answer("/weights", 200, "[{\"role\":\"eng\",\"weight\":2.5}]");
        answerCalls(200, "");
        assertThat(run("weights", "list").out().lines().skip(1))
                .singleElement()
                .asString()
                .matches("eng +2.5");
        assertThat(run("weights", "set", "eng=2.5", "ops=1").err()).isEqualTo("stoa: the weight of eng, ops is set\n");
        assertThat(calls)
                .containsExactly("{\"type\":\"UPDATE_WEIGHTS\",\"update_weights\":{\"weight_infos\":"
                        + "[{\"weight\":2.5,\"role\":\"eng\"},{\"weight\":1.0,\"role\":\"ops\"}]}}");
    }

    @Test
    void resourcesAreReservedAndUnreserved() {
        answerCalls(202, "");
        assertThat(run("reserve", "--agent=S1", "--role=ops", "cpus:1;ports:[1-2]")
                        .err())
                .isEqualTo("stoa: reserved for ops\n");
        assertThat(run("unreserve", "--agent=S1", "--role=ops", "cpus:1").exitCode())
                .isZero();
        assertThat(calls)
                .containsExactly(
                        "{\"type\":\"RESERVE_RESOURCES\",\"reserve_resources\":{\"agent_id\":{\"value\":\"S1\"},"
                                + "\"resources\":[{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":1.0},"
                                + "\"reservations\":[{\"type\":\"DYNAMIC\",\"role\":\"ops\"}]},"
                                + "{\"name\":\"ports\",\"type\":\"RANGES\",\"ranges\":{\"range\":[{\"begin\":1,\"end\":2}]},"
                                + "\"reservations\":[{\"type\":\"DYNAMIC\",\"role\":\"ops\"}]}]}}",
                        "{\"type\":\"UNRESERVE_RESOURCES\",\"unreserve_resources\":{\"agent_id\":{\"value\":\"S1\"},"
                                + "\"resources\":[{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":1.0},"
                                + "\"reservations\":[{\"type\":\"DYNAMIC\",\"role\":\"ops\"}]}]}}");
    }

    @Test
    void aVolumeIsListedAndDestroyedAsTheMasterHasIt() {
        String volume = "{\"name\":\"disk\",\"type\":\"SCALAR\",\"scalar\":{\"value\":50.0},"
                + "\"reservations\":[{\"type\":\"DYNAMIC\",\"role\":\"ops\",\"principal\":\"me\"}],"
                + "\"disk\":{\"persistence\":{\"id\":\"v1\"},\"volume\":{\"mode\":\"RW\",\"container_path\":\"data\"}}}";
        cluster.answer(
                "/slaves",
                200,
                "{\"slaves\":[{\"id\":\"S1\",\"hostname\":\"one\",\"reserved_resources_full\":{\"ops\":[" + volume
                        + "]}}]}");
        answerCalls(202, "");
        assertThat(run("volumes", "list").out().lines().skip(1))
                .singleElement()
                .asString()
                .matches("v1 +ops +S1 +one +data +50 +no");
        assertThat(run("volumes", "destroy", "--agent=S1", "v1").err()).isEqualTo("stoa: volume v1 is destroyed\n");
        assertThat(calls).singleElement().asString().contains("DESTROY_VOLUMES", "\"principal\":\"me\"");
        assertThat(run("volumes", "destroy", "--agent=S2", "v1").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void aVolumeIsMadeOfReservedDisk() {
        answerCalls(202, "");
        assertThat(run("volumes", "create", "--agent=S1", "--role=ops", "--path=data", "--size=50", "v1")
                        .exitCode())
                .isZero();
        assertThat(calls)
                .singleElement()
                .asString()
                .contains(
                        "\"scalar\":{\"value\":50.0}",
                        "\"role\":\"ops\"",
                        "\"persistence\":{\"id\":\"v1\"}",
                        "\"container_path\":\"data\"");
    }

    /** Nothing of it reaches the master. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "quota",
                "quota set",
                "quota set eng --limit=cpus",
                "quota set eng --limit=cpus:-1",
                "quota remove",
                "reserve --agent=S1 --role=ops",
                "reserve --agent=S1 cpus:1",
                "reserve --agent=S1 --role=ops cpus:0",
                "volumes create v1",
                "weights set",
                "weights set eng",
                "weights set eng=much",
                "weights nosuch"
            })
    void aWrongCommandLineIsRefused(String line) {
        answerCalls(200, "");
        assertThat(run(line.split(" ")).exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(calls).isEmpty();
    }
}
