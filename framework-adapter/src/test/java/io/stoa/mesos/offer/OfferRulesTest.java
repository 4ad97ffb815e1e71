package io.stoa.mesos.offer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stoa.mesos.constraint.OfferConstraintsFilter;
import io.stoa.mesos.offer.OfferDecision.Refusal;
import io.stoa.mesos.offer.OfferRules.Available;
import io.stoa.mesos.offer.OfferRules.Purpose;
import io.stoa.state.model.Activation;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Quota;
import io.stoa.state.model.StateVersion;
import io.stoa.state.resources.ResourceLimits;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.junit.jupiter.api.Test;

class OfferRulesTest {

    private static final AgentId AGENT = new AgentId("S0");
    private static final String ROLE = "web";
    private static final FrameworkInfo INFO = FrameworkInfo.newBuilder()
            .setId(FrameworkID.newBuilder().setValue("F"))
            .setUser("root")
            .setName("F")
            .addRoles(ROLE)
            .addCapabilities(FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.MULTI_ROLE))
            .build();

    private final QuotaLedger quotas = new QuotaLedger();
    private final RefusalFilters filters = new RefusalFilters(1_000);
    private final OfferRules rules = new OfferRules(OfferPolicy.DEFAULTS, filters, quotas);
    private final Client client = new RoleTree(quotas).client(new FrameworkId("F"), ROLE);
    private final Subscription subscription =
            new Subscription(new OfferWishes(INFO, Set.of(), OfferConstraintsFilter.NONE), new Nobody());

    private static final class Nobody implements OfferSink {

        @Override
        public void offers(List<Offer> offers) {}

        @Override
        public void rescind(OfferID offerId) {}
    }

    @Test
    void everythingIsOfferedWhereNothingSpeaksAgainstIt() {
        assertThat(shares("cpus:1;mem:64;ports:[1-2]"))
                .isEqualTo(new OfferDecision.Takes(Resources.parse("cpus:1;mem:64;ports:[1-2]"), false));
    }

    @Test
    void nothingIsNotOffered() {
        assertThat(shares("")).isEqualTo(Refusal.NOTHING_FREE);
    }

    @Test
    void crumbsAreNotOffered() {
        assertThat(shares("cpus:0.009;mem:31;disk:1000")).isEqualTo(Refusal.BELOW_MINIMUM);
    }

    @Test
    void gpusAreOfferedToWhoKnowsThem() {
        assertThat(shares("cpus:1;gpus:1")).isEqualTo(Refusal.GPUS);
    }

    @Test
    void whatWasRefusedIsNotOfferedNorIsAPartOfIt() {
        refuse("cpus:2;mem:64");

        assertThat(shares("cpus:2;mem:64")).isEqualTo(Refusal.FILTERED);
        assertThat(shares("cpus:1")).isEqualTo(Refusal.FILTERED);
        assertThat(shares("cpus:3;mem:64")).isInstanceOf(OfferDecision.Takes.class);
    }

    @Test
    void whatQuotasMakeOfAnOfferMayBeRefusedThoughTheWholeWasNot() {
        limit(Map.of("cpus", 1_000L));
        refuse("cpus:1;mem:64");

        assertThat(shares("cpus:3;mem:64")).isEqualTo(Refusal.FILTERED);
    }

    @Test
    void limitsThatLeaveLessThanTheMinimumRefuse() {
        limit(Map.of("cpus", 1_000L, "mem", 0L));
        quotas.use(client.quota(), Resources.parse("cpus:1").quantities());

        assertThat(shares("cpus:3;mem:64;ports:[1-2]")).isEqualTo(Refusal.QUOTA);
        assertThat(rules.mayOffer(client.quota(), available("cpus:3;mem:64;ports:[1-2]")))
                .isFalse();
    }

    @Test
    void limitsChopWhatIsUnreserved() {
        limit(Map.of("cpus", 1_000L, "mem", 32_000L));

        assertThat(shares("cpus:3;mem:64;disk:5;ports:[1-2];cpus(web):2"))
                .isEqualTo(
                        new OfferDecision.Takes(Resources.parse("disk:5;ports:[1-2];cpus(web):2;cpus:1;mem:32"), true));
    }

    @Test
    void whatIsOwedToOthersIsNotOffered() {
        quotas.addUnreserved(Resources.parse("cpus:4;mem:128").quantities(), 1);
        quotas.setQuota("owed", promise("cpus:3;mem:128"));

        assertThat(shares("cpus:4;mem:128")).isEqualTo(new OfferDecision.Takes(Resources.parse("cpus:1"), true));
        quotas.setQuota("owed", promise("cpus:4;mem:128"));
        assertThat(shares("cpus:4;mem:128")).isEqualTo(Refusal.QUOTA);
    }

    @Test
    void promisesAreKeptEvenWhereMoreIsPromisedThanThereIs() {
        quotas.addUnreserved(Resources.parse("cpus:4").quantities(), 1);
        quotas.setQuota("owed", promise("cpus:4"));
        quotas.setQuota(ROLE, promise("cpus:3"));

        assertThat(rules.decide(client, subscription, available("cpus:4"), Purpose.GUARANTEES))
                .isEqualTo(new OfferDecision.Takes(Resources.parse("cpus:3"), true));
        assertThat(shares("cpus:4")).as("beyond the promise").isEqualTo(Refusal.QUOTA);
    }

    @Test
    void whoHasAllThatItIsPromisedWaitsForItsShare() {
        quotas.setQuota(ROLE, promise("cpus:3"));
        quotas.use(client.quota(), Resources.parse("cpus:3").quantities());

        assertThat(rules.decide(client, subscription, available("cpus:4"), Purpose.GUARANTEES))
                .isEqualTo(Refusal.SATISFIED);
    }

    private void limit(Map<String, Long> limitsMilli) {
        quotas.setQuota(ROLE, new Quota(ResourceQuantities.EMPTY, ResourceLimits.of(limitsMilli)));
    }

    private static Quota promise(String guarantees) {
        return new Quota(Resources.parse(guarantees).quantities(), ResourceLimits.NONE);
    }

    private void refuse(String resources) {
        filters.add(client, AGENT, Resources.parse(resources), TestFramework.refusing(5), 0);
    }

    private OfferDecision shares(String available) {
        return rules.decide(client, subscription, available(available), Purpose.SHARES);
    }

    private static Available available(String resources) {
        Resources all = Resources.parse(resources);
        Agent agent = new Agent(
                AGENT,
                AgentInfo.newBuilder().setHostname("host").build(),
                ByteString.EMPTY,
                List.of(),
                "1.11.0",
                "10.0.0.1",
                5051,
                all,
                Resources.EMPTY,
                AgentStatus.REGISTERED,
                new Activation.Active(),
                0,
                0,
                0,
                StateVersion.ZERO);
        return Available.of(agent, all);
    }
}
