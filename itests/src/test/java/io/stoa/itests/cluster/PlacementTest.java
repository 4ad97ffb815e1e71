package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.decline;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Calls.update;
import static io.stoa.itests.Fixtures.capability;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.SchedulerClient;
import io.stoa.state.resources.Resources;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferFilters;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint.Predicate;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint.Selector;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint.Selector.PseudoattributeType;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who is offered which of two agents: one near the master, and one in another region, with GPUs. What somebody is not
 * offered, somebody is who takes everything.
 */
@Timeout(180)
class PlacementTest {

    private static final String NEAR = "near.example";
    private static final String FAR = "far.example";
    private static final String ROLE = "placed";

    @TempDir
    static Path directory;

    private static ProcessCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = ProcessCluster.start(directory, domain("here", "a"), "--min_allocatable_resources=cpus:1.5");
        cluster.agent(
                "near",
                "--resources=cpus:4;mem:1024;disk:0;ports:[]",
                "--attributes=rack:r1;ssd:1",
                "--hostname=" + NEAR,
                domain("here", "b"));
        cluster.agent(
                "far",
                "--resources=cpus:2;gpus:1;mem:1024;disk:0;ports:[]",
                "--attributes=rack:r2",
                "--hostname=" + FAR,
                domain("there", "c"));
    }

    private static String domain(String region, String zone) {
        return "--domain={\"fault_domain\":{\"region\":{\"name\":\"" + region + "\"},\"zone\":{\"name\":\"" + zone
                + "\"}}}";
    }

    @AfterEach
    void leaveNothing() throws Exception {
        cluster.tearDownFrameworks();
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    private static FrameworkInfo.Builder knowing(Capability.Type... types) {
        FrameworkInfo.Builder info = framework("placed", ROLE);
        for (Capability.Type type : types) {
            info.addCapabilities(capability(type));
        }
        return info;
    }

    private static FrameworkInfo.Builder knowingAll() {
        return knowing(Capability.Type.REGION_AWARE, Capability.Type.GPU_RESOURCES);
    }

    private static Set<String> hosts(SchedulerClient client) {
        return client.openOffers().stream().map(Offer::getHostname).collect(Collectors.toSet());
    }

    private static void awaitHosts(SchedulerClient client, String... hosts) {
        await().untilAsserted(() -> assertThat(hosts(client)).containsExactlyInAnyOrder(hosts));
    }

    /** It is offered these, and somebody else all others. */
    private static void assertThatItIsOfferedOnly(Call.Subscribe.Builder subscribe, String... hosts) throws Exception {
        try (SchedulerClient client = cluster.subscribe(subscribe)) {
            awaitHosts(client, hosts);
            try (SchedulerClient everything = cluster.subscribe(knowingAll())) {
                Set<String> others = new TreeSet<>(Set.of(NEAR, FAR));
                others.removeAll(Set.of(hosts));
                awaitHosts(everything, others.toArray(String[]::new));
                assertThat(hosts(client)).containsExactlyInAnyOrder(hosts);
            }
        }
        cluster.tearDownFrameworks();
    }

    private static Call.Subscribe.Builder as(FrameworkInfo.Builder info) {
        return Call.Subscribe.newBuilder().setFrameworkInfo(info);
    }

    @Test
    void otherRegionsAndGpusAreForWhoKnowsThem() throws Exception {
        assertThatItIsOfferedOnly(as(knowing()), NEAR);
        assertThatItIsOfferedOnly(as(knowing(Capability.Type.REGION_AWARE)), NEAR);
        assertThatItIsOfferedOnly(as(knowing(Capability.Type.GPU_RESOURCES)), NEAR);
        assertThatItIsOfferedOnly(as(knowingAll()), NEAR, FAR);
    }

    @Test
    void constraintsChooseAgentsByTheirAttributesAndPlaces() throws Exception {
        Selector rack = Selector.newBuilder().setAttributeName("rack").build();
        Selector ssd = Selector.newBuilder().setAttributeName("ssd").build();
        assertThatItIsOfferedOnly(constrained(rack, textEquals("r1")), NEAR);
        assertThatItIsOfferedOnly(
                constrained(
                        rack,
                        Predicate.newBuilder()
                                .setTextNotEquals(
                                        Predicate.TextNotEquals.newBuilder().setValue("r1"))),
                FAR);
        assertThatItIsOfferedOnly(constrained(rack, matches("r[1-9]")), NEAR, FAR);
        assertThatItIsOfferedOnly(
                constrained(
                        rack,
                        Predicate.newBuilder()
                                .setTextNotMatches(
                                        Predicate.TextNotMatches.newBuilder().setRegex("r[13]"))),
                FAR);
        assertThatItIsOfferedOnly(
                constrained(ssd, Predicate.newBuilder().setExists(Predicate.Exists.getDefaultInstance())), NEAR);
        assertThatItIsOfferedOnly(
                constrained(ssd, Predicate.newBuilder().setNotExists(Predicate.NotExists.getDefaultInstance())), FAR);
        assertThatItIsOfferedOnly(constrained(pseudo(PseudoattributeType.HOSTNAME), matches("f.*\\.example")), FAR);
        assertThatItIsOfferedOnly(constrained(pseudo(PseudoattributeType.REGION), textEquals("there")), FAR);
        assertThatItIsOfferedOnly(constrained(pseudo(PseudoattributeType.ZONE), textEquals("b")), NEAR);
    }

    private static Selector pseudo(PseudoattributeType type) {
        return Selector.newBuilder().setPseudoattributeType(type).build();
    }

    private static Predicate.Builder textEquals(String value) {
        return Predicate.newBuilder()
                .setTextEquals(Predicate.TextEquals.newBuilder().setValue(value));
    }

    private static Predicate.Builder matches(String regex) {
        return Predicate.newBuilder()
                .setTextMatches(Predicate.TextMatches.newBuilder().setRegex(regex));
    }

    private static Call.Subscribe.Builder constrained(Selector selector, Predicate.Builder predicate) {
        return as(knowingAll()).setOfferConstraints(constraints(selector, predicate));
    }

    private static OfferConstraints constraints(Selector selector, Predicate.Builder predicate) {
        OfferConstraints.RoleConstraints.Builder role = OfferConstraints.RoleConstraints.newBuilder();
        role.addGroupsBuilder()
                .addAttributeConstraints(
                        AttributeConstraint.newBuilder().setSelector(selector).setPredicate(predicate));
        return OfferConstraints.newBuilder()
                .putRoleConstraints(ROLE, role.build())
                .build();
    }

    @Test
    void constraintsMayChangeWhileTheFrameworkIsConnected() throws Exception {
        Selector rack = Selector.newBuilder().setAttributeName("rack").build();
        try (SchedulerClient client = cluster.subscribe(constrained(rack, textEquals("r1")))) {
            awaitHosts(client, NEAR);
            Call.Builder call = update(knowingAll().setId(client.id()).build());
            call.getUpdateFrameworkBuilder().setOfferConstraints(constraints(rack, textEquals("r2")));
            client.call(call);
            Offer near = client.openOffers().get(0);
            client.call(decline(near, 0));
            awaitHosts(client, FAR);
            try (SchedulerClient other = cluster.subscribe(knowing())) {
                awaitHosts(other, NEAR);
            }
        }
    }

    @Test
    void offersHoldAtLeastWhatTheMasterOrTheFrameworkSays() throws Exception {
        assertThatItIsOfferedOnly(as(wantingCpus(3)), NEAR);
        try (SchedulerClient client = cluster.subscribe(knowing())) {
            Offer near = client.awaitOpenOffer(any -> true);
            client.call(accept(
                    near,
                    launch(shellTask(
                            "most",
                            near.getAgentId(),
                            "exec sleep 1000",
                            Resources.parse("cpus:3;mem:32").toProto()))));
            client.awaitState("most", TaskState.TASK_RUNNING);
            try (SchedulerClient usual = cluster.subscribe(knowingAll());
                    SchedulerClient modest = cluster.subscribe(wantingCpus(0.5))) {
                awaitHosts(usual, FAR);
                awaitHosts(modest, NEAR);
                assertThat(hosts(usual)).containsExactly(FAR);
            }
            assertThat(client.openOffers()).isEmpty();
        }
    }

    private static FrameworkInfo.Builder wantingCpus(double cpus) {
        OfferFilters.Builder filters = OfferFilters.newBuilder();
        filters.getMinAllocatableResourcesBuilder()
                .addQuantitiesBuilder()
                .putAllQuantities(
                        Map.of("cpus", Value.Scalar.newBuilder().setValue(cpus).build()));
        return knowingAll().putOfferFilters(ROLE, filters.build());
    }
}
