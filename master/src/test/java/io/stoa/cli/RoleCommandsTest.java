package io.stoa.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoleCommandsTest {

    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

    @AutoClose
    private final StubCluster cluster = new StubCluster();

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
        for (String[] command : new String[][] {{"quota", "list"}, {"quota"}}) {
            assertThat(run(command).out().lines().skip(1))
                    .singleElement()
                    .asString()
                    .matches("eng +cpus:1 +cpus:3;mem:64");
        }
        assertThat(run("quota", "-o", "json").out()).contains("\"guarantees\" : {");
    }

    @Test
    void optionsCountBeforeTheNameOfACommandToo() {
        cluster.answer("/quota", 200, "{\"configs\":[]}");
        assertThat(cluster.run("quota", "--master=" + cluster.address(), "-o", "json", "list")
                        .out()
                        .strip())
                .isEqualTo("[ ]");
        assertThat(cluster.run("quota", "--master=127.0.0.1:1", "list").exitCode())
                .isEqualTo(ExitCode.UNREACHABLE);
    }

    @Test
    void onlyAmountsAreLimited() {
        for (String limit : List.of("cpus:1;ports:[1-2]", "ports:2", "disks:{a,b}")) {
            StubCluster.Outcome outcome = run("quota", "set", "eng", "--limit=" + limit);
            assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(outcome.err()).contains("a quota holds for amounts only (expected: as in cpus:1;mem:128)");
        }
    }

    @Test
    void aQuotaIsSet() {
        answerCalls(200, "");
        StubCluster.Outcome outcome =
                run("quota", "set", "eng", "--guarantee=cpus:1", "--limit=cpus:3;disk:0;mem:64.5", "--force");
        assertThat(outcome.err()).isEqualTo("stoa: the quota of eng is set\n");
        assertThat(outcome.exitCode()).isZero();
        assertThat(calls)
                .containsExactly(
                        "{\"type\":\"UPDATE_QUOTA\",\"update_quota\":{\"force\":true,\"quota_configs\":"
                                + "[{\"role\":\"eng\",\"guarantees\":{\"cpus\":{\"value\":1.0}},"
                                + "\"limits\":{\"cpus\":{\"value\":3.0},\"disk\":{\"value\":0.0},\"mem\":{\"value\":64.5}}}]}}");
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
        cluster.answer(
                "/weights",
                200,
                "[{\"role\":\"eng\",\"weight\":2.5},{\"role\":\"all\",\"weight\":1.0E308},"
                        + "{\"role\":\"few\",\"weight\":0.0001},{\"role\":\"many\",\"weight\":20000}]");
        answerCalls(200, "");
        for (String[] command : new String[][] {{"weights", "list"}, {"weights"}}) {
            assertThat(run(command).out().lines().skip(1).map(line -> line.replaceAll(" +", " ")))
                    .containsExactly("eng 2.5", "all 1E+308", "few 0.0001", "many 20000");
        }
        assertThat(run("weights", "set", "eng=2.5", "ops=1").err()).isEqualTo("stoa: the weight of eng, ops is set\n");
        assertThat(calls)
                .containsExactly("{\"type\":\"UPDATE_WEIGHTS\",\"update_weights\":{\"weight_infos\":"
                        + "[{\"weight\":2.5,\"role\":\"eng\"},{\"weight\":1.0,\"role\":\"ops\"}]}}");
    }

    @Test
    void aRoleHasOneWeight() {
        assertThat(run("weights", "set", "eng=2", "ops=1", "eng=3").err())
                .isEqualTo("stoa: eng=3: role eng has a weight already\n");
        assertThat(run("weights", "set", "eng=1e400").err())
                .isEqualTo("stoa: eng=1e400: no weight (expected: ROLE=WEIGHT, more than 0, less than 1.8e308)\n");
    }

    /** With a static reservation for eng, one of a framework for ops, and a MOUNT disk. */
    private void anAgent() {
        cluster.answer("/slaves", 200, """
                {"slaves":[{"id":"M-S1","hostname":"one",
                  "unreserved_resources_full":[
                    {"name":"cpus","type":"SCALAR","scalar":{"value":4.0},"role":"*"},
                    {"name":"ports","type":"RANGES","ranges":{"range":[{"begin":1,"end":9}]},"role":"*"},
                    {"name":"disk","type":"SCALAR","scalar":{"value":100.0},"role":"*"},
                    {"name":"disk","type":"SCALAR","scalar":{"value":800.0},"role":"*",
                     "disk":{"source":{"type":"MOUNT","mount":{"root":"/mnt/a"}}}}],
                  "reserved_resources_full":{
                    "eng":[{"name":"cpus","type":"SCALAR","scalar":{"value":2.0},"role":"eng",
                            "reservations":[{"type":"STATIC","role":"eng"}]}],
                    "ops":[{"name":"cpus","type":"SCALAR","scalar":{"value":1.0},"role":"ops",
                            "reservations":[{"type":"DYNAMIC","role":"ops","principal":"me"}]},
                           {"name":"disk","type":"SCALAR","scalar":{"value":50.0},"role":"ops",
                            "reservations":[{"type":"DYNAMIC","role":"ops","principal":"me"}],
                            "disk":{"persistence":{"id":"v1"},"volume":{"mode":"RW","container_path":"data"}}},
                           {"name":"disk","type":"SCALAR","scalar":{"value":60.0},"role":"ops",
                            "reservations":[{"type":"DYNAMIC","role":"ops"}]},
                           {"name":"disk","type":"SCALAR","scalar":{"value":900.0},"role":"ops",
                            "reservations":[{"type":"DYNAMIC","role":"ops"}],
                            "disk":{"source":{"type":"PATH","path":{"root":"/mnt/b"}}}}]}},
                 {"id":"M-S2","hostname":"two"},{"id":"M-S3","hostname":"two"}]}
                """);
        answerCalls(202, "");
    }

    @Test
    void resourcesAreReserved() {
        anAgent();
        assertThat(run("reserve", "--agent=one", "--role=ops", "cpus:1;ports:[1-2]")
                        .err())
                .isEqualTo("stoa: reserved for ops\n");
        assertThat(calls)
                .containsExactly(
                        "{\"type\":\"RESERVE_RESOURCES\",\"reserve_resources\":{\"agent_id\":{\"value\":\"M-S1\"},"
                                + "\"resources\":[{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":1.0},"
                                + "\"reservations\":[{\"type\":\"DYNAMIC\",\"role\":\"ops\"}]},"
                                + "{\"name\":\"ports\",\"type\":\"RANGES\",\"ranges\":{\"range\":[{\"begin\":1,\"end\":2}]},"
                                + "\"reservations\":[{\"type\":\"DYNAMIC\",\"role\":\"ops\"}]}]}}");
    }

    @Test
    void aReservationIsRefinedAndADiskIsReserved() {
        anAgent();
        run("reserve", "--agent=one", "--refine=eng", "--role=eng/web", "cpus:1.5");
        run("reserve", "--agent=one", "--role=ops", "--disk=/mnt/a", "disk:800");
        assertThat(calls)
                .satisfiesExactly(
                        refined -> assertThat(refined)
                                .contains("\"scalar\":{\"value\":1.5},\"reservations\":[{\"type\":\"STATIC\",\"role\":"
                                        + "\"eng\"},{\"type\":\"DYNAMIC\",\"role\":\"eng/web\"}]"),
                        disk -> assertThat(disk)
                                .contains("\"scalar\":{\"value\":800.0}", "\"mount\":{\"root\":\"/mnt/a\"}"));
        StubCluster.Outcome none = run("reserve", "--agent=one", "--refine=eng", "--role=eng/web", "mem:1");
        assertThat(none.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(none.err()).isEqualTo("stoa: agent M-S1 has no mem reserved for eng\n");
        assertThat(run("reserve", "--agent=one", "--role=ops", "--disk=/nowhere", "disk:8")
                        .err())
                .isEqualTo("stoa: agent M-S1 has no unreserved disk of /nowhere\n");
    }

    /** Whoever reserved it. */
    @Test
    void whatIsUnreservedIsToldAsTheMasterHasIt() {
        anAgent();
        assertThat(run("unreserve", "--agent=one", "--role=ops", "cpus:0.5").exitCode())
                .isZero();
        assertThat(calls)
                .containsExactly("{\"type\":\"UNRESERVE_RESOURCES\",\"unreserve_resources\":{\"agent_id\":{\"value\":"
                        + "\"M-S1\"},\"resources\":[{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":0.5},"
                        + "\"reservations\":[{\"type\":\"DYNAMIC\",\"role\":\"ops\",\"principal\":\"me\"}]}]}}");
    }

    @Test
    void anAgentIsFoundByIdByHostNameAndByEitherEndOfItsId() {
        anAgent();
        for (String name : List.of("M-S1", "one", "S1")) {
            assertThat(run("reserve", "--agent=" + name, "--role=ops", "cpus:1").exitCode())
                    .isZero();
        }
        assertThat(calls).hasSize(3).allMatch(call -> call.contains("\"M-S1\""));
        assertThat(run("reserve", "--agent=two", "--role=ops", "cpus:1"))
                .isEqualTo(new StubCluster.Outcome(
                        ExitCode.USAGE, "", "stoa: 'two' may be one of several agents: two (M-S2), two (M-S3)\n"));
        assertThat(run("volumes", "destroy", "--agent=three", "v1"))
                .isEqualTo(new StubCluster.Outcome(ExitCode.NOT_FOUND, "", "stoa: the master knows no agent three\n"));
    }

    @Test
    void aVolumeIsListedAndDestroyedAsTheMasterHasIt() {
        anAgent();
        for (String[] command : new String[][] {{"volumes", "list"}, {"volumes"}}) {
            assertThat(run(command).out().lines().skip(1))
                    .singleElement()
                    .asString()
                    .matches("v1 +ops +M-S1 +one +data +50 +no");
        }
        assertThat(run("volumes", "destroy", "--agent=one", "v1").err()).isEqualTo("stoa: volume v1 is destroyed\n");
        assertThat(calls).singleElement().asString().contains("DESTROY_VOLUMES", "\"principal\":\"me\"");
        assertThat(run("volumes", "destroy", "--agent=M-S2", "v1").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void aVolumeIsMadeOfReservedDisk() {
        anAgent();
        run("volumes", "create", "--agent=one", "--role=ops", "--path=data", "--size=50", "v2");
        run("volumes", "create", "--agent=one", "--role=ops", "--disk=/mnt/b", "--path=data", "--size=70", "v3");
        assertThat(calls)
                .satisfiesExactly(
                        own -> assertThat(own)
                                .contains(
                                        "\"scalar\":{\"value\":50.0}",
                                        "\"reservations\":[{\"type\":\"DYNAMIC\",\"role\":\"ops\"}]",
                                        "\"persistence\":{\"id\":\"v2\"}",
                                        "\"container_path\":\"data\"")
                                .doesNotContain("source"),
                        path -> assertThat(path)
                                .contains(
                                        "\"scalar\":{\"value\":70.0}",
                                        "\"persistence\":{\"id\":\"v3\"}",
                                        "\"path\":{\"root\":\"/mnt/b\"}"));
        assertThat(run("volumes", "create", "--agent=one", "--role=eng", "--path=data", "--size=1", "v4")
                        .err())
                .isEqualTo("stoa: agent M-S1 has no disk reserved for eng\n");
    }

    /** Nothing of it reaches the master. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "quota set",
                "quota set eng --limit=cpus",
                "quota set eng --limit=cpus:-1",
                "quota set eng --limit=cpus(ops):1",
                "quota set eng --limit=cpus:1;cpus:2",
                "quota remove",
                "reserve --agent=S1 --role=ops",
                "reserve --agent=S1 cpus:1",
                "reserve --agent=one --role=ops cpus(eng):1",
                "reserve --agent=one --role=ops cpus:0",
                "volumes create v1",
                "weights set",
                "weights set eng",
                "weights set eng=much",
                "weights set =2",
                "weights set eng=2 eng=3",
                "quota set eng --guarantee=ports:[1-2]",
                "weights nosuch"
            })
    void aWrongCommandLineIsRefused(String line) {
        anAgent();
        assertThat(run(line.split(" ")).exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(calls).isEmpty();
    }
}
