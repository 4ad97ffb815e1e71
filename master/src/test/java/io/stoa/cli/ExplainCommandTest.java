package io.stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ExplainCommandTest {

    private static final long NOW_MS = 1_795_218_486_250L;

    @AutoClose
    private final StubCluster cluster = new StubCluster();

    /** The answer's text as one line. */
    private String explained(String answer) {
        cluster.answer("/stoa/explain", 200, "{\"time_ms\":" + NOW_MS + "," + answer + "}");
        StubCluster.Outcome outcome = cluster.run("explain", "x");
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out().lines()).allMatch(line -> line.length() <= 100);
        return outcome.out().replaceAll("\\s+", " ");
    }

    private static String framework(boolean suppressed, String... causes) {
        return """
            "framework":{"id":"M-0000","name":"web","state":"subscribed","failover_timeout":600.0,
             "roles":["eng"],"tasks":{"TASK_RUNNING":2},
             "offers":{"mode":"exclusive","interval_ms":1000,"timeout_ms":600000,"roles_left_out":3,"in_roles":[
              {"role":"eng/dev","suppressed":%s,"minimum":[{"cpus":0.01},{"mem":32.0}],
               "quota":{"role":"eng","guarantee":{},"limit":{"cpus":4.0,"mem":512.0},
                        "consumed":{"cpus":3.0,"mem":64.5},"on_offer":{"cpus":1.0},"kept_for_others":{"cpus":3.0},"free":{"cpus":3.5},
                        "owed":{"batch":{"cpus":3.0}}},
               "causes":[%s]}]}}
            """.formatted(suppressed, String.join(",", causes));
    }

    private static String cause(String name, int agents, String more) {
        return """
            {"cause":"%s","agents":%d,"resources":{"cpus":6.0,"mem":960.0},%s
             "examples":[{"agent_id":"M-S0","hostname":"one","resources":"cpus:6"}]}
            """.formatted(name, agents, more);
    }

    private static String cause(String name) {
        return cause(name, 1, "");
    }

    @Test
    void aRoleIsSaidWithWhatIsOnOfferAndWhatIsNot() {
        assertThat(explained(framework(
                        false,
                        cause("offered", 2, "\"first_ms\":10,\"last_ms\":61001,"),
                        cause("filtered", 12, "\"first_ms\":4000,\"last_ms\":3900000,"),
                        cause("due"))))
                .contains(
                        "framework web (M-0000): subscribed, tasks: 2 RUNNING role eng/dev: it has offers",
                        "- 2 agents (one, …) are on offer to it with cpus:6;mem:960, the oldest offer for 1 min 2 s."
                                + " The framework is to accept or decline them; after 10 min they are taken back.",
                        "- 12 agents (one, …) have cpus:6;mem:960 free, but it declined that; its filters last 4 s to"
                                + " 1 h 5 min more, until " + Moment.ofMsForPeople(NOW_MS + 3_900_000)
                                + ". REVIVE ends that.",
                        "- 1 agent (one) has cpus:6;mem:960 for it, to be offered within 1 s,",
                        "and 3 roles more: --role looks at one of them");
    }

    @Test
    void aSchedulerOverRpcIsSaidToScheduleByItself() {
        String scheduler = """
                "framework":{"id":"M-0000","name":"batch","state":"subscribed","door":"rpc","failover_timeout":600.0,
                 "roles":["eng"],"tasks":{"TASK_RUNNING":2}}
                """;
        assertThat(explained(scheduler))
                .contains(
                        "framework batch (M-0000): subscribed, tasks: 2 RUNNING",
                        "- It schedules by itself, over RPC:",
                        "is in the answer to its commit")
                .doesNotContain("is not subscribed", "role eng");
    }

    @Test
    void aSuppressedRoleIsSaidWithWhatReviveBrings() {
        assertThat(explained(framework(true, cause("due"))))
                .contains("nothing is on offer to it", "SUPPRESS", "which REVIVE brings.")
                .doesNotContain("within 1 s");
    }

    @Test
    void aRoleAtItsLimitIsSaidWithWhatRaisesIt() {
        assertThat(explained(framework(false, cause("limited"))))
                .contains(
                        "role eng is at its limit: cpus 4 of 4 (1 on offer), mem 64.5 of 512. 'stoa quota set eng --limit=…'");
    }

    @Test
    void whatIsKeptForOthersIsSaidWithTheQuota() {
        assertThat(explained(framework(false, cause("guaranteed"))))
                .contains(
                        "kept for what others are guaranteed: batch lacks cpus:3. Free in the cluster: cpus:3.5;"
                                + " kept: cpus:3.",
                        "- The quota of role eng: guaranteed nothing; limit cpus:4;mem:512; consumed cpus:3;mem:64.5; on"
                                + " offer cpus:1.");
    }

    private static String cutBy(String cause) {
        return framework(false, cause("offered", 2, "\"first_ms\":10,\"last_ms\":20,"))
                .replace("\"causes\":", "\"cuts\":[" + cause(cause) + "],\"causes\":");
    }

    @Test
    void whatGuaranteesCutOutOfAnOfferIsSaid() {
        assertThat(explained(cutBy("guaranteed")))
                .contains(
                        "role eng/dev: it has offers",
                        "- 1 agent (one) has cpus:6;mem:960 more free than is offered, kept for what others are"
                                + " guaranteed: batch lacks cpus:3.",
                        "- The quota of role eng");
    }

    @Test
    void whatALimitCutsOutOfAnOfferIsSaid() {
        assertThat(explained(cutBy("limited")))
                .contains("more free than is offered, but role eng is at its limit: cpus 4 of 4 (1 on offer)")
                .doesNotContain("The quota of role eng");
    }

    @Test
    void whoHasItOnOfferIsNamed() {
        String holder = "\"holders\":[{\"framework_id\":\"M-0001\",\"name\":\"hoarder\",\"role\":\"ops\","
                + "\"offers\":7,\"oldest_ms\":5000}],";
        assertThat(explained(framework(false, cause("on_offer", 7, holder))))
                .contains("hoarder (M-0001) in role ops has 7 offers, the oldest for 5 s.", "or after 10 min.");
    }

    @Test
    void whatItHasOnOfferInAnotherRoleIsItsOwn() {
        String holder = "\"holders\":[{\"framework_id\":\"M-0000\",\"name\":\"web\",\"role\":\"ops\","
                + "\"offers\":1,\"oldest_ms\":5000}],";
        assertThat(explained(framework(false, cause("on_offer", 1, holder))))
                .contains("the framework itself in role ops has 1 offer,");
    }

    @Test
    void everyCauseHasASentenceOfItsOwn() {
        for (String name : List.of(
                "unreachable",
                "disconnected",
                "unlisted",
                "gpus",
                "region",
                "constraints",
                "too_small",
                "reserved",
                "unusable",
                "in_use")) {
            assertThat(explained(framework(false, cause(name))))
                    .as(name)
                    .contains("- 1 agent (one) ")
                    .doesNotContain(name.toUpperCase(java.util.Locale.ROOT) + " with");
        }
    }

    @Test
    void aClusterWithoutAgentsIsSaid() {
        assertThat(explained(framework(false))).contains("- The cluster has no agents.");
    }

    private static String away(String state, String more) {
        return "\"framework\":{\"id\":\"M-0000\",\"name\":\"web\",\"state\":\"" + state + "\","
                + "\"failover_timeout\":8.0," + more + "\"tasks\":{}}";
    }

    private static final String END = "Unless it subscribes it is removed with its tasks in 9 min 52 s, at "
            + Moment.ofMsForPeople(NOW_MS + 592_000) + " (its failover timeout: 8 s";

    @Test
    void aFrameworkThatIsAwayIsSaidWithTheEndOfItsTime() {
        assertThat(explained(away("disconnected", "\"removed_in_ms\":592000,")))
                .contains("web (M-0000): disconnected, no tasks", END + ").");
    }

    @Test
    void aNewLeaderWaitsForLonger() {
        assertThat(explained(away("recovered", "\"removed_in_ms\":592000,")))
                .contains(END + "; after a change of the leader that is at least --agent_reregister_timeout).");
    }

    @Test
    void aFrameworkWhoseTimeIsOverIsBeingRemoved() {
        assertThat(explained(away("disconnected", "")))
                .contains("It has been away for too long, and is being removed.");
    }

    private static String task(String more) {
        return "\"task\":{\"id\":\"t.1\",\"framework\":{\"id\":\"M-0000\",\"name\":\"web\"},\"state\":\"TASK_STAGING\","
                + "\"terminal\":false," + more + "}";
    }

    private static String agent(String more) {
        return "\"agent\":{\"id\":\"M-S0\",\"hostname\":\"one\",\"address\":\"10.0.0.2:5051\"," + more + "}";
    }

    @Test
    void aTaskIsSaidWithItsAgentAndWhatItWaitsFor() {
        assertThat(explained(task("\"launched_ms\":" + (NOW_MS - 184_000)
                        + ",\"waits_for\":[\"agent\",\"launch\",\"kill\"],"
                        + agent("\"state\":\"disconnected\",\"given_up_in_ms\":570000"))))
                .contains(
                        "task t.1 of web (M-0000): STAGING since " + Moment.ofMsForPeople(NOW_MS - 184_000)
                                + " (3 min 4 s)",
                        "- Its agent one (M-S0, 10.0.0.2:5051) is not connected",
                        "is given up in 9 min 30 s unless it is heard",
                        "If it comes back without the task, the task is dropped.",
                        "- Its end was asked for, and the agent has not reported it yet. The agent is told again");
    }

    @Test
    void aTaskThatEndedIsSaidWithItsReason() {
        assertThat(explained(
                        task("\"waits_for\":[\"acknowledgement\"],\"status\":{\"state\":\"TASK_FAILED\",\"timestamp\":"
                                        + (NOW_MS / 1000 - 5)
                                        + ",\"source\":\"SOURCE_EXECUTOR\",\"reason\":\"REASON_COMMAND_EXECUTOR_FAILED\","
                                        + "\"message\":\"Command exited with status 7\"},"
                                        + agent("\"state\":\"connected\""))
                                .replace("\"terminal\":false", "\"terminal\":true")))
                .contains(
                        "- Its last status is FAILED, by the executor, with REASON_COMMAND_EXECUTOR_FAILED: Command"
                                + " exited with status 7",
                        "is connected.",
                        "its framework has not acknowledged that");
    }

    @Test
    void anUpdateThatIsNotAcknowledgedIsSaid() {
        assertThat(explained(task(
                        "\"waits_for\":[\"acknowledgement\",\"framework\"],\"status\":{\"state\":\"TASK_STARTING\"},"
                                + agent("\"state\":\"connected\""))))
                .contains(
                        "Its framework has not acknowledged this status. The agent keeps newer ones back until then.",
                        "Its framework is not subscribed");
    }

    @Test
    void whatIsAskedForIsEncoded() {
        cluster.answer("/stoa/explain", 200, "{}");
        cluster.run("explain", "a b&c", "--role=x/y");
        cluster.run("explain", "t", "--framework=we b");
        assertThat(cluster.requests())
                .containsExactly("GET /stoa/explain?id=a+b%26c&role=x%2Fy", "GET /stoa/explain?task=t&framework=we+b");
    }

    @Test
    void scriptsGetWhatTheMasterSays() {
        cluster.answer("/stoa/explain", 200, "{\"time_ms\":5,\"task\":{\"id\":\"t\"}}");
        assertThat(cluster.run("explain", "t", "-o", "json").out().replaceAll("\\s+", ""))
                .isEqualTo("{\"time_ms\":5,\"task\":{\"id\":\"t\"}}");
    }

    @Test
    void whatIsUnknownOrAmbiguousHasTheUsualExitCodes() {
        cluster.answer("/stoa/explain", 404, "the master knows no task and no framework x; near it: task x1");
        StubCluster.Outcome unknown = cluster.run("explain", "x");
        assertThat(unknown.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(unknown.err()).isEqualTo("stoa: the master knows no task and no framework x; near it: task x1\n");
        String nobody = StubCluster.nobody();
        assertThat(cluster.run("explain", "x", "--master=" + nobody).exitCode()).isEqualTo(ExitCode.UNREACHABLE);
    }

    @Test
    void severalThatMayBeMeantAreAnErrorOfUsage() {
        cluster.answer("/stoa/explain", 300, "'x' may be one of several frameworks: a (1), b (2)");
        StubCluster.Outcome several = cluster.run("explain", "x");
        assertThat(several.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(several.err()).contains("a (1), b (2)");
    }

    @Test
    void namesCannotMoveTheCursor() {
        String hostile = "\\u001b[2J";
        assertThat(explained(framework(false, cause("due").replace("one", "one" + hostile))
                        .replace("web", "web" + hostile)
                        .replace("eng", "eng" + hostile)))
                .doesNotContain("\u001b");
    }

    @Test
    void pointsAreIndentedAndLongWordsStayWhole() {
        StringWriter out = new StringWriter();
        Paragraphs.print(
                List.of("a heading", Paragraphs.POINT + "one two three overlongword four 12 s"),
                new PrintWriter(out, true),
                12);
        assertThat(out.toString().lines())
                .containsExactly("a heading", "  - one two", "    three", "    overlongword", "    four", "    12 s");
    }

    @Test
    void spansAreSaidInTheTwoLargestUnits() {
        assertThat(
                        List.of(
                                        0L,
                                        1L,
                                        59_001L,
                                        60_000L,
                                        272_000L,
                                        3_600_000L,
                                        3_660_000L,
                                        90_000_000L,
                                        31_536_000_000L)
                                .stream()
                                .map(Moment::span))
                .containsExactly("0 s", "1 s", "1 min", "1 min", "4 min 32 s", "1 h", "1 h 1 min", "1 d 1 h", "365 d");
        assertThat(Moment.span(-5)).isEqualTo("0 s");
    }
}
