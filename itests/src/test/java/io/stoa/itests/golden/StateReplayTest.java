package io.stoa.itests.golden;

import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stoa.flags.FlagValues;
import io.stoa.flags.FlagsException;
import io.stoa.itests.EndOfTasks;
import io.stoa.itests.SchedulerClient;
import io.stoa.master.MasterFlags;
import io.stoa.master.dev.DevCluster;
import io.stoa.master.dev.DevOptions;
import io.stoa.state.transaction.StateMutation;
import io.stoa.testing.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code /state} of a recorded cluster, field by field in their order. */
@Timeout(120)
class StateReplayTest {

    private static final String RECORDINGS = "/golden/v0-endpoints/";
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Not recorded when Stoa is built. */
    private static final Set<String> UNKNOWN = Set.of("git_sha", "git_branch");

    private static final Set<String> FREE = Set.of(
            "version",
            "build_date",
            "build_time",
            "start_time",
            "elected_time",
            "registered_time",
            "unregistered_time");

    @Test
    void theMastersStateIsAsRecorded() throws Exception {
        RecordedCluster recorded = RecordedCluster.ofState(RECORDINGS + "master-state.txt");
        try (OperatedCluster cluster = OperatedCluster.of(recorded)) {
            assertSame("", recorded.state(), JSON.readTree(cluster.get("/state")));
        }
    }

    @Test
    void theMastersStateAfterATeardownIsAsRecorded() throws Exception {
        RecordedCluster recorded = RecordedCluster.ofState(RECORDINGS + "master-state.txt");
        try (OperatedCluster cluster = OperatedCluster.of(recorded)) {
            cluster.disconnectFramework();
            cluster.commit(new StateMutation.RemoveFramework(recorded.frameworkId()));
            JsonNode expected = recording("master-after-teardown.txt");
            assertSame(
                    "/frameworks",
                    expected.path("frameworks"),
                    JSON.readTree(cluster.get("/state")).path("frameworks"));
            assertSame(
                    "/completed_frameworks",
                    expected.path("completed_frameworks"),
                    JSON.readTree(cluster.get("/state")).path("completed_frameworks"));
        }
    }

    /** A real agent with tasks of its own: what is compared is which fields there are, and of what type. */
    @Test
    void theAgentsStateHasTheRecordedFields(@TempDir Path data) throws Exception {
        try (DevCluster cluster = DevCluster.start(new DevOptions(1, 0, data));
                EndOfTasks end = new EndOfTasks(cluster);
                SchedulerClient client = SchedulerClient.subscribe(
                        cluster.masterAddress(), framework("golden").build())) {
            Offer offer = client.awaitOffer(any -> true);
            client.launch(
                    offer,
                    List.of(
                            shellTask("running-1", offer.getAgentId(), "sleep 1000"),
                            shellTask("failed-1", offer.getAgentId(), "sleep 0.2; exit 3")));
            client.awaitState("running-1", TaskState.TASK_RUNNING);
            client.awaitState("failed-1", TaskState.TASK_FAILED);
            int port = cluster.agents().get(0).port();
            // It is over when the agent knows that its framework knows of its end.
            await().until(() ->
                    !ask(port, "/state").at("/frameworks/0/completed_executors").isEmpty());
            JsonNode actual = ask(port, "/state");
            List<String> missing = new ArrayList<>();
            missing(recording("agent-state.txt"), actual, "", missing);
            // What other flags, tasks with ports, frameworks in several roles and executors of their own would have.
            assertThat(missing)
                    .containsExactlyInAnyOrder(
                            "/git_sha",
                            "/git_branch",
                            "/unreserved_resources_allocated/ports",
                            "/attributes/rack",
                            "/attributes/zone",
                            "/frameworks/0/roles",
                            "/frameworks/0/executors/0/type",
                            "/frameworks/0/executors/0/tasks/0/statuses/0/container_status/container_id/parent");
            assertThat(actual.path("frameworks")
                            .path(0)
                            .path("executors")
                            .path(0)
                            .path("name")
                            .asText())
                    .isEqualTo("Command Executor (Task: running-1) (Command: sh -c 'sleep 1000')");
            Set<String> unknown = new TreeSet<>(recording("agent-metrics-snapshot.txt").properties().stream()
                    .map(Map.Entry::getKey)
                    .toList());
            ask(port, "/metrics/snapshot").fieldNames().forEachRemaining(unknown::remove);
            // Of parts that are not there.
            assertThat(unknown).allMatch(name -> name.matches("(containerizer/mesos|resource_provider_manager)/.*"));
            Patience.join(cluster.endTasks());
        }
    }

    private static JsonNode ask(int port, String path) throws IOException {
        try (InputStream in =
                URI.create("http://127.0.0.1:" + port + path).toURL().openStream()) {
            return JSON.readTree(in);
        }
    }

    /** Of arrays the first elements are compared; flags are each program's own. */
    private static void missing(JsonNode expected, JsonNode actual, String path, List<String> missing) {
        for (Map.Entry<String, JsonNode> field : expected.properties()) {
            String at = path + "/" + field.getKey();
            JsonNode found = actual.get(field.getKey());
            if (found == null || found.getNodeType() != field.getValue().getNodeType()) {
                missing.add(at);
            } else if (!field.getKey().equals("flags")) {
                missing(field.getValue(), found, at, missing);
            }
        }
        if (expected.isArray() && !expected.isEmpty()) {
            if (actual.isEmpty()) {
                missing.add(path + "/0");
            } else {
                missing(expected.path(0), actual.path(0), path + "/0", missing);
            }
        }
    }

    private static void assertSame(String path, JsonNode expected, JsonNode actual) {
        assertThat(actual.getNodeType()).as(path).isEqualTo(expected.getNodeType());
        if (path.equals("/flags")) {
            assertThat(expected.properties())
                    .allMatch(flag -> actual.has(flag.getKey()) || isWithoutEffect(flag.getKey()));
        } else if (expected.isObject()) {
            assertThat(names(actual)).as(path).isEqualTo(names(expected));
            for (String name : names(expected)) {
                assertSame(path + "/" + name, expected.path(name), actual.path(name));
            }
        } else if (expected.isArray()) {
            assertThat(actual).as(path).hasSameSizeAs(expected);
            List<JsonNode> others = sorted(actual);
            for (JsonNode element : sorted(expected)) {
                assertSame(path + "/" + id(element), element, others.remove(0));
            }
        } else if (!isFree(path)) {
            assertThat(actual).as(path).isEqualTo(expected);
        }
    }

    /** A flag without effect is shown where it was given, since its default would say what is not true. */
    private static boolean isWithoutEffect(String flag) {
        try {
            FlagValues given = MasterFlags.ALL.load(List.of("--" + flag + "=true"), Map.of());
            return !MasterFlags.ALL.withoutEffect(given).isEmpty();
        } catch (FlagsException e) {
            return false;
        }
    }

    /**
     * The master itself says when it killed a task. Mesos takes the ports of an offer that is gone away from those of a
     * framework's offers even where an offer of another agent has the same ones; Stoa shows what is on offer.
     */
    private static boolean isFree(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return FREE.contains(name)
                || path.endsWith("/TASK_KILLED/timestamp")
                || path.matches("/frameworks/[^/]*/offered_resources/ports");
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream()
                .map(Map.Entry::getKey)
                .filter(name -> !UNKNOWN.contains(name))
                .toList();
    }

    private static List<JsonNode> sorted(JsonNode array) {
        List<JsonNode> elements = new ArrayList<>();
        array.forEach(elements::add);
        if (elements.stream().allMatch(element -> element.has("id"))) {
            elements.sort(Comparator.comparing(StateReplayTest::id));
        }
        return elements;
    }

    private static String id(JsonNode element) {
        return Stream.of("id", "executor_id", "state")
                .filter(element::has)
                .map(name -> element.path(name).asText())
                .findFirst()
                .orElse("");
    }

    /** The first JSON body. */
    private static JsonNode recording(String file) throws IOException {
        for (Block block : RecordingParser.parse(RECORDINGS + file)) {
            if (block instanceof Block.Response response) {
                return JSON.readTree(response.body());
            }
        }
        throw new IOException(file + ": no response");
    }
}
