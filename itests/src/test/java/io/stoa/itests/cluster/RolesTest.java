package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.decline;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Calls.revive;
import static io.stoa.itests.Calls.suppress;
import static io.stoa.itests.Calls.tearDown;
import static io.stoa.itests.Calls.update;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.kill;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.stoa.itests.SchedulerClient;
import io.stoa.state.resources.Resources;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Frameworks in roles, and what operators promise, allow and forbid to roles, on one cluster of four agents. */
@Timeout(180)
class RolesTest {

    private static final int AGENTS = 4;
    private static final double LONG_S = 1000;

    @TempDir
    static Path directory;

    private static ProcessCluster cluster;

    private int tasks;

    @BeforeAll
    static void start() throws Exception {
        cluster = ProcessCluster.start(directory);
        for (int i = 0; i < AGENTS; i++) {
            cluster.agent("agent-" + i, "--resources=cpus:2;mem:1024;disk:0;ports:[]");
        }
        await().until(() -> cluster.get("/slaves").path("slaves").size() == AGENTS);
    }

    @AfterEach
    void leaveNothing() throws Exception {
        // What is guaranteed to a role would be kept from the next test.
        for (JsonNode quota : cluster.get("/quota").path("configs")) {
            if (!quota.path("guarantees").isEmpty()) {
                cluster.stoa("quota", "remove", quota.path("role").asText());
            }
        }
        cluster.tearDownFrameworks();
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    private static Set<String> rolesOf(List<Offer> offers) {
        return offers.stream().map(offer -> offer.getAllocationInfo().getRole()).collect(Collectors.toSet());
    }

    /** Refuses all agents in each of the roles, once, and returns what it saw: the role and the agent. */
    private static Set<String> refuseEverything(SchedulerClient client, int roles) {
        Set<String> seen = new HashSet<>();
        await().until(() -> {
            for (Offer offer : client.openOffers()) {
                String role = offer.getAllocationInfo().getRole();
                assertThat(offer.getResourcesList())
                        .allMatch(resource ->
                                resource.getAllocationInfo().getRole().equals(role));
                assertThat(seen.add(role + " " + offer.getAgentId().getValue()))
                        .as("offered in %s though refused", role)
                        .isTrue();
                client.call(decline(offer, LONG_S));
            }
            return seen.size() == roles * AGENTS;
        });
        return seen;
    }

    private static void awaitAllAgents(SchedulerClient client) {
        await().until(() -> client.openOffers().size() == AGENTS);
    }

    private static void awaitAllAgentsIn(String role, SchedulerClient client) {
        awaitAllAgents(client);
        assertThat(rolesOf(client.openOffers())).containsExactly(role);
    }

    @Test
    void eachRoleIsOfferedRefusesIsSuppressedAndRevivedOnItsOwn() throws Exception {
        try (SchedulerClient client = cluster.subscribe(framework("several", "*", "eng/db", "eng/web"));
                SchedulerClient other = cluster.subscribe(Call.Subscribe.newBuilder()
                        .setFrameworkInfo(framework("other", "eng"))
                        .addSuppressedRoles("eng"))) {
            refuseEverything(client, 3);

            client.call(revive("eng/db"));
            awaitAllAgentsIn("eng/db", client);
            refuseEverything(client, 1);

            client.call(suppress("eng/db", "eng/web"));
            client.call(revive("eng/web"));
            awaitAllAgentsIn("eng/web", client);
            refuseEverything(client, 1);

            // The role that is suppressed still is not asked again, even though its filters are gone.
            client.call(revive("*"));
            awaitAllAgentsIn("*", client);
            refuseEverything(client, 1);

            client.call(update(
                    framework("several", "*", "eng/db", "eng/web")
                            .setId(client.id())
                            .build(),
                    "*",
                    "eng/web"));
            awaitAllAgentsIn("eng/db", client);
            refuseEverything(client, 1);

            other.call(revive("eng"));
            awaitAllAgentsIn("eng", other);
            assertThat(client.openOffers()).isEmpty();
        }
    }

    @Test
    void aFrameworkMovesToOtherRolesAndItsTasksStay() throws Exception {
        try (SchedulerClient client = cluster.subscribe(framework("moves", "before/x", "both"))) {
            awaitAllAgents(client);
            Offer used = client.awaitOpenOffer(
                    offer -> offer.getAllocationInfo().getRole().equals("before/x"));
            client.call(accept(used, launch(shellTask("stays", used.getAgentId(), "exec sleep 1000"))));
            client.awaitState("stays", TaskState.TASK_RUNNING);
            awaitAllAgents(client);
            Set<Offer> ofRoleThatGoes = client.openOffers().stream()
                    .filter(offer -> offer.getAllocationInfo().getRole().equals("before/x"))
                    .collect(Collectors.toSet());
            List<Offer> ofRoleThatStays = client.openOffers().stream()
                    .filter(offer -> !ofRoleThatGoes.contains(offer))
                    .toList();
            assertThat(ofRoleThatGoes).isNotEmpty();

            client.call(update(
                    framework("moves", "both", "after/y").setId(client.id()).build()));

            await().until(() -> client.openOffers().size() == AGENTS
                    && rolesOf(client.openOffers()).contains("after/y"));
            assertThat(client.openOffers())
                    .doesNotContainAnyElementsOf(ofRoleThatGoes)
                    .containsAll(ofRoleThatStays);
            assertThat(role("before/x").at("/allocated/cpus").asDouble()).isEqualTo(0.1);
            assertThat(role("before").at("/allocated/cpus").asDouble()).isEqualTo(0.1);
            client.call(kill("stays"));
            client.awaitState("stays", TaskState.TASK_KILLED);
        }
    }

    @Test
    void weightsDivideTheClusterAndSurviveTheMaster() throws Exception {
        FrameworkInfo.Builder heavy = framework("heavy", "heavy");
        FrameworkInfo.Builder light = framework("light", "light");
        try (SchedulerClient first = cluster.subscribe(heavy);
                SchedulerClient second = cluster.subscribe(light)) {
            awaitDivision(first, 2, second, 2);
            cluster.stoa("weights", "set", "heavy=3");
            awaitDivision(first, 3, second, 1);
            heavy.setId(first.id());
            light.setId(second.id());
        }
        cluster.killMaster();
        cluster.restartMaster();
        try (SchedulerClient first = cluster.subscribe(heavy);
                SchedulerClient second = cluster.subscribe(light)) {
            awaitDivision(first, 3, second, 1);
            assertThat(cluster.stoa("weights", "list")).containsPattern("heavy +3");
            assertThat(role("heavy").path("weight").asDouble()).isEqualTo(3);
        }
    }

    /** Three of one department together are given as much as the one of another. */
    @Test
    void whatARoleIsGivenIsDividedAmongThoseBelowIt() throws Exception {
        try (SchedulerClient web = cluster.subscribe(framework("web", "eng/web"));
                SchedulerClient db = cluster.subscribe(framework("db", "eng/db"));
                SchedulerClient mail = cluster.subscribe(framework("mail", "eng/mail"));
                SchedulerClient ops = cluster.subscribe(framework("ops", "ops"))) {
            awaitDivision(Map.of(List.of(web, db, mail), 2, List.of(ops), 2));
            assertThat(List.of(web, db, mail))
                    .allMatch(client -> client.openOffers().size() <= 1);
        }
    }

    private static void awaitDivision(SchedulerClient first, int ofFirst, SchedulerClient second, int ofSecond) {
        awaitDivision(Map.of(List.of(first), ofFirst, List.of(second), ofSecond));
    }

    /** Who came first may hold more than their share until they have declined. */
    private static void awaitDivision(Map<List<SchedulerClient>, Integer> expected) {
        await().until(() -> {
            Map<List<SchedulerClient>, Integer> divided = new HashMap<>();
            expected.keySet()
                    .forEach(group -> divided.put(
                            group,
                            group.stream()
                                    .mapToInt(client -> client.openOffers().size())
                                    .sum()));
            boolean isOffered =
                    divided.values().stream().mapToInt(count -> count).sum() == AGENTS;
            if (isOffered && !divided.equals(expected)) {
                for (List<SchedulerClient> group : expected.keySet()) {
                    for (SchedulerClient client : group) {
                        for (Offer offer : client.openOffers()) {
                            client.call(decline(offer, 0));
                        }
                    }
                }
            }
            return divided.equals(expected);
        });
    }

    @Test
    void limitsAreKeptAndGuaranteesServedWhoeverComesFirstAndWhateverIsKilled() throws Exception {
        cluster.stoa("quota", "set", "capped", "--limit=cpus:3");
        cluster.stoa("quota", "set", "poor", "--guarantee=cpus:4;mem:1024");
        FrameworkInfo.Builder capped = framework("capped", "capped/deep");
        FrameworkInfo.Builder rich = framework("rich", "rich");
        try (Samples samples = Samples.of(cluster, "/roles", RolesTest::assertThatQuotasAreKept)) {
            try (SchedulerClient cappedClient = cluster.subscribe(capped);
                    SchedulerClient richClient = cluster.subscribe(rich)) {
                capped.setId(cappedClient.id());
                rich.setId(richClient.id());
                await().until(() -> {
                    useEverything(cappedClient);
                    useEverything(richClient);
                    return allocated("capped") + allocated("rich") == 4;
                });
                cluster.killMaster();
            }
            cluster.restartMaster();
            assertThat(cluster.stoa("quota", "list")).contains("cpus:3", "cpus:4;mem:1024");
            try (SchedulerClient cappedClient = cluster.subscribe(capped);
                    SchedulerClient richClient = cluster.subscribe(rich);
                    SchedulerClient poorClient = cluster.subscribe(framework("poor", "poor"))) {
                await().until(() -> {
                    useEverything(cappedClient);
                    useEverything(richClient);
                    useEverything(poorClient);
                    return allocated("poor") == 4;
                });
                richClient.call(tearDown());
                await().until(() -> {
                    useEverything(cappedClient);
                    return allocated("capped") == 3;
                });
                await().until(() -> {
                    useEverything(cappedClient);
                    useEverything(poorClient);
                    return allocated("poor") == 5;
                });
            }
            assertThat(samples.count()).isPositive();
        }
    }

    /** What is guaranteed to the poor and not theirs yet is nobody else's. */
    private static void assertThatQuotasAreKept(JsonNode before, JsonNode answer) {
        if (!answer.equals(before)) {
            // Offers are counted a moment after tasks: only what stays is true.
            return;
        }
        JsonNode roles = answer.path("roles");
        double capped = find("capped", roles).at("/resources/cpus").asDouble();
        double rich = find("rich", roles).at("/resources/cpus").asDouble();
        double poor = find("poor", roles).at("/allocated/cpus").asDouble();
        assertThat(capped).isLessThanOrEqualTo(3);
        assertThat(capped + rich).isLessThanOrEqualTo(2 * AGENTS - Math.max(4, poor));
    }

    /** One task on each offer with all its cpus; what has none is given back. */
    private void useEverything(SchedulerClient client) throws Exception {
        for (Offer offer : client.openOffers()) {
            double cpus = Resources.of(offer.getResourcesList()).scalarMilli("cpus") / 1000.0;
            TaskInfo task = shellTask(
                    "t" + tasks++,
                    offer.getAgentId(),
                    "exec sleep 1000",
                    Resources.parse("cpus:" + cpus + ";mem:32").toProto());
            client.call(cpus > 0 ? accept(offer, launch(task)) : decline(offer, LONG_S));
        }
    }

    private static double allocated(String role) throws Exception {
        return role(role).at("/allocated/cpus").asDouble();
    }

    private static JsonNode role(String name) throws Exception {
        return find(name, cluster.get("/roles").path("roles"));
    }

    private static JsonNode find(String name, JsonNode roles) {
        for (JsonNode role : roles) {
            if (role.path("name").asText().equals(name)) {
                return role;
            }
        }
        return MissingNode.getInstance();
    }
}
