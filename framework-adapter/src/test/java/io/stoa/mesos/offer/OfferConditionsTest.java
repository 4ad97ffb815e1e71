package io.stoa.mesos.offer;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.resources.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.Attribute;
import org.apache.mesos.v1.Protos.DomainInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;
import org.junit.jupiter.api.Test;

/** Conditions on whole agents and on kinds of resources. */
class OfferConditionsTest {

    private static DomainInfo in(String region) {
        DomainInfo.Builder domain = DomainInfo.newBuilder();
        domain.getFaultDomainBuilder().getRegionBuilder().setName(region);
        domain.getFaultDomainBuilder().getZoneBuilder().setName(region + "-1");
        return domain.build();
    }

    private static Cluster cluster(boolean filterGpus) {
        OfferPolicy policy =
                new OfferPolicy(AllocatableMinimum.CPU_OR_MEM, filterGpus, Optional.of(in("eu")), OfferMode.EXCLUSIVE);
        return new Cluster(new AllocatorSettings(Cluster.MASTER_ID, 1_000, 600_000, new TreeMap<>(), policy));
    }

    private static List<String> agentsOffered(TestFramework framework) {
        return framework.offers().stream()
                .map(offer -> offer.getAgentId().getValue())
                .sorted()
                .toList();
    }

    @Test
    void agentsInOtherRegionsAreForFrameworksThatKnowRegions() {
        Cluster cluster = cluster(true);
        cluster.agent("near", Resources.parse("cpus:1"), info -> info.setDomain(in("eu")));
        cluster.agent("far", Resources.parse("cpus:1"), info -> info.setDomain(in("us")));
        cluster.agent("nowhere", "cpus:1");
        TestFramework plain = cluster.framework("plain", "r").subscribed();
        assertThat(agentsOffered(plain)).containsExactly("near", "nowhere");
        TestFramework aware = cluster.framework("aware", "r")
                .thatCan(Capability.Type.REGION_AWARE)
                .subscribed();
        assertThat(agentsOffered(aware)).containsExactly("far");
        assertThat(aware.onlyOffer().getDomain()).isEqualTo(in("us"));
    }

    @Test
    void whoRefusedAnAgentIsAskedAnewWhenItHasOtherAttributes() {
        Cluster cluster = cluster(true);
        cluster.agent("a", "cpus:1");
        TestFramework framework = cluster.framework("F", "r").subscribed();
        framework.declinesAll(1_000);

        cluster.agent("a", "cpus:1");
        cluster.passOneCycle();
        assertThat(framework.offers()).as("it came back as it was").isEmpty();

        cluster.agent(
                "a",
                Resources.parse("cpus:1"),
                info -> info.addAttributes(Attribute.newBuilder()
                        .setName("rack")
                        .setType(Value.Type.TEXT)
                        .setText(Value.Text.newBuilder().setValue("r1"))));
        assertThat(agentsOffered(framework)).containsExactly("a");
    }

    @Test
    void revocableResourcesAreForFrameworksThatKnowThem() {
        Cluster cluster = cluster(true);
        List<Resource> all = new ArrayList<>(Resources.parse("cpus:1;mem:64").toProto());
        all.add(Resources.parse("cpus:2").toProto().get(0).toBuilder()
                .setRevocable(Resource.RevocableInfo.getDefaultInstance())
                .build());
        cluster.agent("a", Resources.of(all), info -> info);
        TestFramework plain = cluster.framework("plain", "r").subscribed();
        assertThat(TestFramework.held(plain.onlyOffer())).isEqualTo(Resources.parse("cpus:1;mem:64"));
        TestFramework knowing = cluster.framework("knowing", "r")
                .thatCan(Capability.Type.REVOCABLE_RESOURCES)
                .subscribed();
        assertThat(TestFramework.held(knowing.onlyOffer()).hasRevocable()).isTrue();
        assertThat(TestFramework.held(knowing.onlyOffer()).nonRevocable().isEmpty())
                .isTrue();
    }

    @Test
    void agentsWithGpusAreForEverybodyWhereOperatorsSaySo() {
        Cluster filtering = cluster(true);
        filtering.agent("a", "cpus:1;gpus:1");
        assertThat(filtering.framework("plain", "r").subscribed().offers()).isEmpty();
        Cluster open = cluster(false);
        open.agent("a", "cpus:1;gpus:1");
        assertThat(open.framework("plain", "r").subscribed().offers()).hasSize(1);
    }

    @Test
    void constraintsRuleAgentsOutUntilTheyChange() {
        Cluster cluster = cluster(true);
        cluster.agent("a", "cpus:1");
        cluster.agent("b", "cpus:1");
        TestFramework framework = cluster.framework("f", "r")
                .withConstraints(TestFramework.onHost("a.example"))
                .subscribed();
        assertThat(agentsOffered(framework)).containsExactly("a");
        framework.withConstraints(OfferConstraints.getDefaultInstance()).updates(Set.of());
        cluster.passOneCycle();
        assertThat(agentsOffered(framework)).containsExactly("a", "b");
    }
}
