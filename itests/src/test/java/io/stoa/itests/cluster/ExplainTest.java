package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.decline;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Calls.revive;
import static io.stoa.itests.Calls.suppress;
import static io.stoa.itests.Calls.update;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.kill;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.SchedulerClient;
import io.stoa.state.resources.Resources;
import java.nio.file.Path;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint.Selector.PseudoattributeType;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code stoa explain} says of frameworks and tasks on a cluster of one agent. */
@Timeout(240)
class ExplainTest {

    private static final String AGENT = "--resources=cpus:2;mem:1024;disk:0;ports:[]";
    private static final double LONG_S = 1000;

    @TempDir
    private static Path directory;

    private static ProcessCluster cluster;
    private static StoaProcess agent;

    @BeforeAll
    static void start() throws Exception {
        // An agent that is away is waited for as long as it may take to come back, not only as long as it may be
        // silent.
        cluster = ProcessCluster.start(directory, "--max_agent_ping_timeouts=100");
        agent = cluster.agent("agent", AGENT);
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    /** Nothing is in use then, and what there is comes as one offer. */
    @AfterEach
    void end() throws Exception {
        cluster.tearDownFrameworks();
        await().until(() -> cluster.get("/slaves")
                        .path("slaves")
                        .path(0)
                        .path("used_resources")
                        .path("cpus")
                        .asDouble(-1)
                == 0);
    }

    /** Waits until the one agent is under that cause for the framework, then asks as people do; in one line. */
    private String explained(String framework, String cause) throws Exception {
        await().untilAsserted(() -> assertThat(cluster.get("/stoa/explain?framework=" + framework)
                        .at("/framework/offers/in_roles/0/causes")
                        .findValuesAsText("cause"))
                .containsExactly(cause));
        return said(framework);
    }

    private String said(String subject) throws Exception {
        return cluster.stoa("explain", subject).replaceAll("\\s+", " ");
    }

    private static Call.Builder onlyOnHost(SchedulerClient client, String hostname) {
        AttributeConstraint.Builder constraint = AttributeConstraint.newBuilder();
        constraint.getSelectorBuilder().setPseudoattributeType(PseudoattributeType.HOSTNAME);
        constraint.getPredicateBuilder().getTextEqualsBuilder().setValue(hostname);
        Call.Builder update = update(framework("web", "eng").setId(client.id()).build());
        update.getUpdateFrameworkBuilder()
                .setOfferConstraints(OfferConstraints.newBuilder()
                        .putRoleConstraints(
                                "eng",
                                OfferConstraints.RoleConstraints.newBuilder()
                                        .addGroups(OfferConstraints.RoleConstraints.Group.newBuilder()
                                                .addAttributeConstraints(constraint))
                                        .build()));
        return update;
    }

    @Test
    void whatAFrameworkDoesItselfIsSaidWithWhatEndsIt() throws Exception {
        try (SchedulerClient web = cluster.subscribe(framework("web", "eng"))) {
            Offer offer = web.awaitOpenOffer(any -> true);
            assertThat(explained("web", "offered"))
                    .contains(
                            "framework web (" + web.id().getValue() + "): subscribed, no tasks",
                            "role eng: it has offers",
                            "1 agent (127.0.0.1) is on offer to it with cpus:2;mem:1024");

            web.call(decline(offer, LONG_S));
            assertThat(explained("web", "filtered"))
                    .contains(
                            "nothing is on offer to it", "it declined that", "its filters last 16 min", "REVIVE ends");

            web.call(suppress());
            assertThat(explained("web", "due"))
                    .contains("It asked for no offers in this role (SUPPRESS)", "which REVIVE brings");

            web.call(onlyOnHost(web, "elsewhere"));
            assertThat(explained("web", "constraints"))
                    .contains("ruled out by its offer constraints, with cpus:2;mem:1024 free");

            web.call(onlyOnHost(web, "127.0.0.1"));
            assertThat(explained("web", "offered")).contains("it has offers");
        }
    }

    @Test
    void whatOthersHaveIsSaidWithWhoTheyAre() throws Exception {
        try (SchedulerClient db = cluster.subscribe(framework("db", "ops"))) {
            Offer offer = db.awaitOpenOffer(any -> true);
            try (SchedulerClient web = cluster.subscribe(framework("web", "eng"))) {
                assertThat(explained("web", "on_offer"))
                        .contains("db (" + db.id().getValue() + ") in role ops has 1 offer, the oldest for");

                db.call(accept(
                        offer,
                        launch(shellTask(
                                "all",
                                offer.getAgentId(),
                                "exec sleep 1000",
                                Resources.parse("cpus:2;mem:1024").toProto()))));
                db.awaitState("all", TaskState.TASK_RUNNING);
                assertThat(explained("web", "in_use"))
                        .contains(
                                "tasks and executors leave nothing,",
                                "an offer holds at least cpus:0.01 or mem:32 of one agent");

                db.call(kill("all"));
                web.awaitOpenOffer(any -> true);
                assertThat(explained("web", "offered")).contains("it has offers");
            }
        }
    }

    @Test
    void aLimitIsSaidWithWhatIsConsumed() throws Exception {
        try (SchedulerClient web = cluster.subscribe(framework("web", "eng"))) {
            Offer offer = web.awaitOpenOffer(any -> true);
            web.call(suppress());
            web.call(accept(offer, launch(shellTask("t", offer.getAgentId(), "exec sleep 1000"))));
            web.awaitState("t", TaskState.TASK_RUNNING);
            cluster.stoa("quota", "set", "eng", "--limit=cpus:0.1;mem:32");
            web.call(revive());

            assertThat(explained("web", "limited"))
                    .contains(
                            "has cpus:1.9;mem:992 free, but role eng is at its limit: cpus 0.1 of 0.1, mem 32 of 32.",
                            "'stoa quota set eng --limit=…' raises it");

            cluster.stoa("quota", "remove", "eng");
            web.awaitOpenOffer(any -> true);
        }
    }

    @Test
    void aTaskOnAnAgentThatStoppedWaitsForTheAgent() throws Exception {
        try (SchedulerClient web = cluster.subscribe(framework("web", "eng"))) {
            Offer offer = web.awaitOpenOffer(any -> true);
            web.call(accept(offer, launch(shellTask("t", offer.getAgentId(), "exec sleep 1000"))));
            web.awaitState("t", TaskState.TASK_RUNNING);
            // Until then it waits for what its framework is about to say: that it knows.
            await().until(() ->
                    cluster.get("/stoa/explain?task=t").at("/task/waits_for").isEmpty());
            assertThat(said("t"))
                    .contains(
                            "task t of web (" + web.id().getValue() + "): RUNNING since ",
                            "127.0.0.1 (" + offer.getAgentId().getValue(),
                            "is connected.",
                            "It waits for nothing.");

            agent.kill();
            try {
                await().until(() -> cluster.get("/stoa/explain?task=t")
                        .at("/task/waits_for/0")
                        .asText()
                        .equals("agent"));
                assertThat(said("t"))
                        .contains("is not connected: nothing is heard of the task")
                        .containsPattern("is given up in (9|10) min");
                assertThat(explained("web", "disconnected")).contains("1 agent (127.0.0.1) is not connected");
            } finally {
                agent = cluster.agent("agent", AGENT);
            }
            await().until(() ->
                    cluster.get("/stoa/explain?task=t").at("/task/waits_for").isEmpty());
        }
    }
}
