package io.stoa.mesos.offer;

import static io.stoa.mesos.TestResources.bag;
import static io.stoa.mesos.TestResources.reserved;
import static io.stoa.mesos.TestResources.shared;
import static io.stoa.mesos.TestResources.volume;
import static io.stoa.mesos.offer.TestFramework.held;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.junit.jupiter.api.Test;

/** Reserved resources and volumes on offer. */
class ConvertedOffersTest {

    private static final Resource CPU = reserved("cpus", 1, "team");
    private static final Resource REFINED = reserved("cpus", 1, "team", "team/web");
    private static final Resource SHARED = shared(volume("v", 10, "team"));

    private final Cluster cluster = new Cluster();
    private final AgentId agent = cluster.agent("host", "cpus:4;mem:1024;disk:10");

    private void convert(String consumed, Resource converted) {
        cluster.commit(new StateMutation.ConvertResources(
                agent, List.of(new Conversion(Resources.parse(consumed), bag(converted))), Optional.empty()));
    }

    private TestFramework framework(String role, Capability.Type... capabilities) {
        TestFramework framework = cluster.framework(role + "-" + capabilities.length, role);
        for (Capability.Type capability : capabilities) {
            framework.thatCan(capability);
        }
        return framework;
    }

    @Test
    void anOfferOfWhatHasBeenReservedForAnotherRoleIsRescinded() {
        TestFramework stranger = framework("other").subscribed();
        Offer before = stranger.onlyOffer();

        convert("cpus:1", CPU);
        assertThat(stranger.rescinded()).containsExactly(before.getId());
        cluster.passOneCycle();
        assertThat(held(stranger.onlyOffer())).isEqualTo(Resources.parse("cpus:3;mem:1024;disk:10"));
    }

    @Test
    void whatIsReservedIsOfferedToItsRoleAndThoseBelow() {
        convert("cpus:1", CPU);
        TestFramework below = framework("team/web").subscribed();

        assertThat(held(below.onlyOffer()).contains(bag(CPU))).isTrue();
    }

    @Test
    void convertedResourcesAreOfferedInTheNextCycleWhateverTheFilter() {
        TestFramework team = framework("team").subscribed();
        TakenOffers taken = TestFramework.taken(team.takes(team.onlyOffer()));
        convert("cpus:1", CPU);
        cluster.allocator().settle(taken, Resources.parse("cpus:1"), TestFramework.refusing(1_000));

        cluster.passOneCycle();
        assertThat(held(team.onlyOffer()))
                .isEqualTo(Resources.parse("cpus:3;mem:1024;disk:10").plus(bag(CPU)));
    }

    @Test
    void refinedReservationsAreForThoseThatKnowThem() {
        convert("cpus:1", REFINED);
        TestFramework old = framework("team/web").subscribed();
        assertThat(held(old.onlyOffer())).isEqualTo(Resources.parse("cpus:3;mem:1024;disk:10"));
        old.disconnects();

        TestFramework modern =
                framework("team/web", Capability.Type.RESERVATION_REFINEMENT).subscribed();
        assertThat(held(modern.onlyOffer()).contains(bag(REFINED))).isTrue();
    }

    @Test
    @SuppressWarnings("deprecation") // Mesos' pre-refinement fields role and reservation
    void theFormOfAReservationIsTheOneThatTheFrameworkKnows() {
        convert("cpus:1", CPU);
        TestFramework old = framework("team").subscribed();
        Resource inOldForm = only("cpus", old.onlyOffer());
        old.disconnects();
        TestFramework modern =
                framework("team", Capability.Type.RESERVATION_REFINEMENT).subscribed();
        Resource inNewForm = only("cpus", modern.onlyOffer());

        assertThat(inOldForm.getRole()).isEqualTo("team");
        assertThat(inOldForm.hasReservation()).isTrue();
        assertThat(inOldForm.getReservationsList()).isEmpty();
        assertThat(inNewForm.hasRole() || inNewForm.hasReservation()).isFalse();
        assertThat(inNewForm.getReservationsList()).isEqualTo(CPU.getReservationsList());
    }

    /** The reserved one of that name. */
    private static Resource only(String name, Offer offer) {
        return offer.getResourcesList().stream()
                .filter(resource ->
                        resource.getName().equals(name) && resource.getScalar().getValue() == 1)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aSharedVolumeIsOfferedWhileItIsUsedToThoseThatKnowSharing() {
        convert("disk:10", SHARED);
        TestFramework sharing =
                framework("team", Capability.Type.SHARED_RESOURCES).subscribed();
        TaskInfo task = Cluster.task(new TaskKey(sharing.id(), "t"), agent, "cpus:1").toBuilder()
                .addResources(SHARED)
                .build();
        TakenOffers taken = TestFramework.taken(sharing.takes(sharing.onlyOffer()));
        cluster.commit(new StateMutation.Claim(sharing.id(), agent, "team", task));
        cluster.allocator().settle(taken, Resources.parse("cpus:1").plus(bag(SHARED)), TestFramework.refusing(0));

        cluster.passOneCycle();
        assertThat(held(sharing.onlyOffer()))
                .isEqualTo(Resources.parse("cpus:3;mem:1024").plus(bag(SHARED)));
        sharing.disconnects();
        TestFramework ignorant = framework("team").subscribed();
        assertThat(held(ignorant.onlyOffer())).isEqualTo(Resources.parse("cpus:3;mem:1024"));
    }

    @Test
    void offersOfADestroyedVolumeAreRescinded() {
        convert("disk:10", SHARED);
        TestFramework sharing =
                framework("team", Capability.Type.SHARED_RESOURCES).subscribed();
        Offer offer = sharing.onlyOffer();

        cluster.commit(new StateMutation.ConvertResources(
                agent, List.of(new Conversion(bag(SHARED), bag(reserved("disk", 10, "team")))), Optional.empty()));
        assertThat(sharing.rescinded()).containsExactly(offer.getId());
    }
}
