package io.stoa.master.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stoa.http.HttpResponse;
import io.stoa.master.operator.explain.ExplainHandler;
import io.stoa.master.operator.explain.Insight;
import io.stoa.master.operator.explain.LaunchTimes;
import io.stoa.mesos.offer.AllocatableMinimum;
import io.stoa.mesos.offer.OfferCause;
import io.stoa.mesos.offer.OfferExplanation;
import io.stoa.mesos.offer.OfferExplanation.Example;
import io.stoa.mesos.offer.OfferExplanation.Holder;
import io.stoa.mesos.offer.OfferExplanation.InRole;
import io.stoa.mesos.offer.OfferExplanation.OnAgents;
import io.stoa.mesos.offer.OfferExplanation.QuotaUse;
import io.stoa.mesos.offer.OfferMode;
import io.stoa.mesos.scheduler.Transport;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Quota;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.ResourceLimits;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import io.stoa.time.ManualTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code /stoa/explain}. */
class ExplainTest extends OperatorFixture {

    private final ManualTime time = new ManualTime(NOW_MS);
    private final LaunchTimes launches = new LaunchTimes(time);
    private final Set<TaskKey> ending = new HashSet<>();
    private final Set<TaskKey> unacknowledged = new HashSet<>();
    private Optional<OfferExplanation> explanation = Optional.empty();
    private OptionalLong givenUpInMs = OptionalLong.empty();
    private OptionalLong removedInMs = OptionalLong.empty();
    private ExplainHandler handler;

    @BeforeEach
    void open() {
        state.addListener(launches);
        handler = new ExplainHandler(context, new Known(), launches, time);
    }

    private final class Known implements Insight {

        @Override
        public CompletableFuture<Optional<OfferExplanation>> offers(FrameworkId id, Optional<String> role) {
            return CompletableFuture.completedFuture(explanation);
        }

        @Override
        public boolean isKilled(Task task) {
            return ending.contains(task.key());
        }

        @Override
        public boolean isUnacknowledged(Task task) {
            return unacknowledged.contains(task.key());
        }

        @Override
        public OptionalLong givenUpInMs(AgentId id) {
            return givenUpInMs;
        }

        @Override
        public OptionalLong removedInMs(FrameworkId id) {
            return removedInMs;
        }
    }

    private JsonNode explain(String query) throws Exception {
        HttpResponse response = ask(query);
        assertThat(response.status()).isEqualTo(200);
        return new ObjectMapper().readTree(response.body());
    }

    private HttpResponse ask(String query) {
        return call(handler, "GET", "/stoa/explain?" + query);
    }

    private String refused(int status, String query) {
        HttpResponse response = ask(query);
        assertThat(response.status()).isEqualTo(status);
        return new String(response.body(), UTF_8);
    }

    private void admit(String id, String name) throws Exception {
        commit(new StateMutation.AdmitFramework(
                new FrameworkId(id),
                FrameworkInfo.newBuilder()
                        .setName(name)
                        .setUser("root")
                        .setId(FrameworkID.newBuilder().setValue(id))
                        .build(),
                NOW_MS));
    }

    private static ResourceQuantities amounts(String resources) {
        return Resources.parse(resources).quantities();
    }

    @Test
    void aFrameworkIsSaidRoleByRoleWithNumbers() throws Exception {
        InRole role = new InRole(
                "*",
                true,
                AllocatableMinimum.CPU_OR_MEM,
                new QuotaUse(
                        "*",
                        new Quota(amounts("cpus:1"), ResourceLimits.of(Map.of("cpus", 4_000L))),
                        amounts("cpus:3"),
                        amounts("cpus:1"),
                        new TreeMap<>(Map.of("batch", amounts("mem:64"))),
                        amounts("mem:64"),
                        amounts("cpus:8;mem:1024")),
                List.of(new OnAgents(
                        OfferCause.ON_OFFER,
                        7,
                        amounts("disk:70"),
                        OptionalLong.empty(),
                        OptionalLong.of(90_000),
                        List.of(new Example(AGENT, "one", Resources.parse("disk:10"), OptionalLong.of(90_000))),
                        List.of(new Holder(FRAMEWORK, "ops", 7, 5_000)))),
                List.of(new OnAgents(
                        OfferCause.LIMITED,
                        1,
                        amounts("cpus:2"),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        List.of(),
                        List.of())));
        explanation = Optional.of(new OfferExplanation(OfferMode.EXCLUSIVE, 1_000, 600_000, List.of(role), 2));
        claim("t", "cpus:1");
        JsonNode framework = explain("framework=web").path("framework");
        assertThat(framework.path("id").asText()).isEqualTo("M-0000");
        assertThat(framework.path("state").asText()).isEqualTo("subscribed");
        assertThat(framework.path("roles").toString()).isEqualTo("[\"*\"]");
        assertThat(framework.path("tasks").toString()).isEqualTo("{\"TASK_STAGING\":1}");
        assertThat(framework.path("offers").toString())
                .isEqualTo("{\"mode\":\"exclusive\",\"interval_ms\":1000,\"timeout_ms\":600000,\"roles_left_out\":2,"
                        + "\"in_roles\":[{\"role\":\"*\",\"suppressed\":true,"
                        + "\"minimum\":[{\"cpus\":0.01},{\"mem\":32.0}],"
                        + "\"quota\":{\"role\":\"*\",\"guarantee\":{\"cpus\":1.0},\"limit\":{\"cpus\":4.0},"
                        + "\"consumed\":{\"cpus\":3.0},\"on_offer\":{\"cpus\":1.0},\"kept_for_others\":{\"mem\":64.0},"
                        + "\"free\":{\"cpus\":8.0,\"mem\":1024.0},\"owed\":{\"batch\":{\"mem\":64.0}}},"
                        + "\"causes\":[{\"cause\":\"on_offer\",\"agents\":7,\"resources\":{\"disk\":70.0},"
                        + "\"last_ms\":90000,\"examples\":[{\"agent_id\":\"M-S0\",\"hostname\":\"one\","
                        + "\"resources\":\"disk:10\",\"ms\":90000}],\"holders\":[{\"framework_id\":\"M-0000\","
                        + "\"name\":\"web\",\"role\":\"ops\",\"offers\":7,\"oldest_ms\":5000}]}],"
                        + "\"cuts\":[{\"cause\":\"limited\",\"agents\":1,\"resources\":{\"cpus\":2.0},"
                        + "\"examples\":[]}]}]}");
    }

    @Test
    void aFrameworkThatIsNotThereHasNoOffersToExplain() throws Exception {
        removedInMs = OptionalLong.of(571_250);
        JsonNode away = explain("framework=M-0000").path("framework");
        assertThat(away.path("removed_in_ms").asLong()).isEqualTo(571_250);
        removedInMs = OptionalLong.empty();
        assertThat(away.path("state").asText()).isEqualTo("disconnected");
        assertThat(away.has("offers")).isFalse();
        commit(new StateMutation.RemoveFramework(FRAMEWORK));
        JsonNode past = explain("framework=M-0000").path("framework");
        assertThat(past.path("state").asText()).isEqualTo("removed");
        assertThat(past.path("removed_ms").asLong()).isEqualTo(NOW_MS);
    }

    /** What would be offered to it is not even asked for: that is a look at every agent. */
    @Test
    void aSchedulerOverRpcIsSubscribedAndIsNotToldOfOffers() throws Exception {
        door = Optional.of(Transport.RPC);
        explanation = Optional.of(new OfferExplanation(OfferMode.EXCLUSIVE, 1_000, 600_000, List.of(), 0));
        JsonNode framework = explain("framework=web").path("framework");
        assertThat(framework.path("state").asText()).isEqualTo("subscribed");
        assertThat(framework.path("door").asText()).isEqualTo("rpc");
        assertThat(framework.has("offers")).isFalse();
        door = Optional.of(Transport.LIBPROCESS);
        framework = explain("framework=web").path("framework");
        assertThat(framework.path("door").asText()).isEqualTo("libprocess");
        assertThat(framework.has("offers")).isTrue();
    }

    @Test
    void aFrameworkIsFoundByIdByNameAndByEitherEndOfItsId() throws Exception {
        admit("M-0001", "batch");
        admit("N-0001", "M-0000");
        for (String text : List.of("M-0001", "batch")) {
            assertThat(explain("framework=" + text).at("/framework/id").asText())
                    .isEqualTo("M-0001");
        }
        assertThat(explain("framework=M-0000").at("/framework/name").asText())
                .as("an id before a name")
                .isEqualTo("web");
        assertThat(explain("framework=N-").at("/framework/id").asText()).isEqualTo("N-0001");
        assertThat(explain("framework=0000").at("/framework/id").asText()).isEqualTo("M-0000");
        assertThat(refused(300, "framework=0001"))
                .isEqualTo("'0001' may be one of several frameworks: M-0000 (N-0001), batch (M-0001)");
    }

    @Test
    void whatHasOneOfManyNamesakesIsNotGuessed() throws Exception {
        for (int i = 1; i <= 4; i++) {
            admit("N-" + i, "spark");
        }
        assertThat(refused(300, "framework=spark")).contains("spark (N-").endsWith(" and 1 more");
        commit(new StateMutation.RemoveFramework(new FrameworkId("N-1")));
        commit(new StateMutation.RemoveFramework(new FrameworkId("N-2")));
        commit(new StateMutation.RemoveFramework(new FrameworkId("N-3")));
        assertThat(explain("framework=spark").at("/framework/id").asText())
                .as("who is there before who is gone")
                .isEqualTo("N-4");
    }

    @Test
    void aRoleThatIsNotTheFrameworksIsNotFound() {
        assertThat(refused(404, "framework=web&role=ops"))
                .isEqualTo("framework M-0000 is not in role ops (it is in *)");
    }

    @Test
    void whoKnowsNobodyNamesWhoComesNear() throws Exception {
        claim("reports.7", "cpus:0.1");
        assertThat(refused(404, "task=report.7"))
                .isEqualTo("the master knows no task report.7; near it: task reports.7");
        assertThat(refused(404, "framework=wbe"))
                .as("three letters are too few to guess")
                .isEqualTo("the master knows no framework wbe");
        assertThat(refused(404, "id=WE"))
                .isEqualTo("the master knows no task and no framework WE; near it: framework web (M-0000)");
        assertThat(refused(404, "id=unlike")).isEqualTo("the master knows no task and no framework unlike");
        assertThat(refused(404, "id=")).isEqualTo("the master knows no task and no framework ");
    }

    @Test
    void onlyWhatComesNearIsNamedAndEachOnce() throws Exception {
        for (int i = 1; i <= 3; i++) {
            admit("N-" + i, "gone");
        }
        commit(new StateMutation.RemoveFramework(new FrameworkId("N-1")));
        assertThat(refused(404, "id=nope")).isEqualTo("the master knows no task and no framework nope");
        assertThat(refused(404, "id=gine"))
                .as("one that is there before one that is removed")
                .isEqualTo("the master knows no task and no framework gine; near it: framework gone (N-2)");
    }

    @Test
    void ofATaskAndAFrameworkThatAreCalledAlikeBothAreExplained() throws Exception {
        claim("web", "cpus:0.1");
        JsonNode both = explain("id=web");
        assertThat(both.at("/task/id").asText()).isEqualTo("web");
        assertThat(both.at("/framework/id").asText()).isEqualTo("M-0000");
    }

    @Test
    void whoNamesATaskMeansNoFrameworkWhoseIdBeginsSo() throws Exception {
        admit("M-0001", "batch");
        claim("M", "cpus:0.1");
        JsonNode task = explain("id=M");
        assertThat(task.at("/task/id").asText()).isEqualTo("M");
        assertThat(task.has("framework")).isFalse();
        assertThat(refused(300, "framework=M")).contains("M-0000", "M-0001");
    }

    @Test
    void aTaskThatTheAgentSaysNothingOfWaitsForItsLaunch() throws Exception {
        claim("t", "cpus:0.1;mem:32");
        JsonNode task = explain("task=t").path("task");
        assertThat(task.path("state").asText()).isEqualTo("TASK_STAGING");
        assertThat(task.path("launched_ms").asLong()).isEqualTo(NOW_MS);
        assertThat(task.path("resources").asText()).isEqualTo("cpus:0.1; mem:32");
        assertThat(task.path("framework").toString()).isEqualTo("{\"id\":\"M-0000\",\"name\":\"web\"}");
        assertThat(task.path("agent").toString())
                .isEqualTo("{\"id\":\"M-S0\",\"state\":\"connected\",\"hostname\":\"one\","
                        + "\"address\":\"10.0.0.2:5051\"}");
        assertThat(task.path("waits_for").toString()).isEqualTo("[\"launch\"]");
        assertThat(task.has("status")).isFalse();
        update("t", TaskState.TASK_RUNNING, 1, "");
        JsonNode running = explain("task=t").path("task");
        assertThat(running.path("waits_for").isEmpty()).isTrue();
        assertThat(running.has("launched_ms")).isFalse();
    }

    @Test
    void aTaskOnAnAgentThatIsAwayWaitsForTheAgent() throws Exception {
        claim("t", "cpus:0.1");
        update("t", TaskState.TASK_RUNNING, 1, "");
        agentIsConnected = false;
        givenUpInMs = OptionalLong.of(12_345);
        JsonNode away = explain("task=t").path("task");
        assertThat(away.path("waits_for").toString()).isEqualTo("[\"agent\"]");
        assertThat(away.at("/agent/state").asText()).isEqualTo("disconnected");
        assertThat(away.at("/agent/given_up_in_ms").asLong()).isEqualTo(12_345);
        isRecovered = any -> true;
        assertThat(explain("task=t").at("/task/agent/state").asText()).isEqualTo("recovered");
        commit(new StateMutation.MarkAgentUnreachable(AGENT, NOW_MS));
        JsonNode given = explain("task=t").at("/task/agent");
        assertThat(given.path("state").asText()).isEqualTo("unreachable");
        assertThat(given.path("since_ms").asLong()).isEqualTo(NOW_MS);
        assertThat(given.has("given_up_in_ms")).isFalse();
    }

    @Test
    void whatAnAgentThatIsGoneHadIsSaidWithTheAgent() throws Exception {
        claim("t", "cpus:0.1");
        update("t", TaskState.TASK_FAILED, 1, "Command exited with status 7");
        commit(new StateMutation.RemoveTask(key("t")));
        commit(new StateMutation.MarkAgentGone(AGENT, NOW_MS));
        JsonNode task = explain("task=t").path("task");
        assertThat(task.path("agent").toString())
                .isEqualTo("{\"id\":\"M-S0\",\"state\":\"gone\",\"since_ms\":" + NOW_MS + "}");
        assertThat(task.path("terminal").asBoolean()).isTrue();
        assertThat(task.path("waits_for").isEmpty()).as("it is over").isTrue();
        assertThat(task.at("/status/message").asText()).isEqualTo("Command exited with status 7");
    }

    @Test
    void aTaskWhoseEndWasAskedForWaitsForIt() throws Exception {
        claim("t", "cpus:0.1");
        update("t", TaskState.TASK_RUNNING, 1, "");
        ending.add(key("t"));
        assertThat(explain("task=t").at("/task/waits_for").toString()).isEqualTo("[\"kill\"]");
        update("t", TaskState.TASK_KILLED, 2, "");
        assertThat(explain("task=t").at("/task/waits_for").toString()).isEqualTo("[\"acknowledgement\"]");
    }

    @Test
    void anUpdateThatIsNotAcknowledgedHoldsUpLaterOnes() throws Exception {
        claim("t", "cpus:0.1");
        update("t", TaskState.TASK_STARTING, 1, "");
        unacknowledged.add(key("t"));
        assertThat(explain("task=t").at("/task/waits_for").toString()).isEqualTo("[\"acknowledgement\"]");
    }

    @Test
    void aTaskIdThatSeveralFrameworksUseNeedsTheFramework() throws Exception {
        admit("M-0001", "batch");
        claim("t", "cpus:0.1");
        claim(new FrameworkId("M-0001"), "t", "cpus:0.1");
        assertThat(refused(300, "task=t"))
                .isEqualTo("several frameworks have a task t; say which framework: M-0000, M-0001");
        assertThat(explain("task=t&framework=batch").at("/task/framework/id").asText())
                .isEqualTo("M-0001");
        assertThat(refused(404, "task=t&framework=nobody")).isEqualTo("the master knows no framework nobody");
    }

    @Test
    void whoAsksWronglyIsTold() {
        assertThat(refused(400, "what=t")).contains("'id=value'");
        assertThat(call(handler, "POST", "/stoa/explain?id=t").status()).isEqualTo(405);
    }
}
