package io.stoa.mesos.offer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.junit.jupiter.api.Test;

class OfferTakeTest {

    private final Cluster cluster = new Cluster();

    @Test
    void callWithoutOffersIsInvalid() {
        TestFramework framework = cluster.framework("F", "a").subscribed();
        assertThat(framework.takes()).isEqualTo(invalid("No offers specified"));
    }

    @Test
    void sameOfferTwiceIsInvalidAndGoesBack() {
        cluster.agent("S0", "cpus:1");
        TestFramework framework = cluster.framework("F", "a").subscribed();
        Offer offer = framework.onlyOffer();
        assertThat(framework.takes(offer, offer)).isEqualTo(invalid("Duplicate offer master-O0 in offer list"));
        cluster.passOneCycle();
        assertThat(framework.onlyOffer().getId().getValue()).isEqualTo("master-O1");
    }

    @Test
    void goodOfferBesideAnUnknownOneGoesBackWithoutFilter() {
        cluster.agent("S0", "cpus:1");
        TestFramework framework = cluster.framework("F", "a").subscribed();
        Offer unknown = framework.onlyOffer().toBuilder()
                .setId(OfferID.newBuilder().setValue("nosuch-offer"))
                .build();
        assertThat(framework.takes(framework.onlyOffer(), unknown))
                .isEqualTo(invalid("Offer nosuch-offer is no longer valid"));
        cluster.passOneCycle();
        assertThat(framework.offers()).hasSize(1);
    }

    @Test
    void offersOfTwoAgentsCannotBeTakenTogether() {
        cluster.agent("S0", "cpus:1");
        cluster.agent("S1", "cpus:1");
        TestFramework framework = cluster.framework("F", "a").subscribed();
        assertThat(framework.takes(framework.offers().toArray(Offer[]::new)))
                .isEqualTo(invalid("Aggregated offers must belong to one single agent."
                        + " Offer master-O1 uses agent S1 and agent S0"));
    }

    @Test
    void offerOfAnotherFrameworkIsInvalidAndStaysWhereItIs() {
        cluster.agent("S0", "cpus:1");
        TestFramework owner = cluster.framework("F", "a").subscribed();
        TestFramework thief = cluster.framework("G", "a").subscribed();
        Offer offer = owner.onlyOffer();
        assertThat(thief.takes(offer))
                .isEqualTo(invalid("Offer master-O0 has invalid framework F while framework G is expected"));
        cluster.allocator().decline(thief.id(), List.of(offer.getId()), TestFramework.refusing(0));
        assertThat(owner.takes(offer)).isInstanceOf(OfferTake.Taken.class);
    }

    @Test
    void offerIsTakenOnce() {
        cluster.agent("S0", "cpus:1");
        TestFramework framework = cluster.framework("F", "a").subscribed();
        Offer offer = framework.onlyOffer();
        assertThat(framework.takes(offer)).isInstanceOf(OfferTake.Taken.class);
        assertThat(framework.takes(offer)).isEqualTo(invalid("Offer master-O0 is no longer valid"));
    }

    @Test
    void ofManyWhoTakeTheSameOffersAtOnceEachIsTakenByOne() throws Exception {
        int takers = 4;
        int count = 500;
        for (int i = 0; i < count; i++) {
            cluster.agent("S" + i, "cpus:1");
        }
        TestFramework framework = cluster.framework("F", "a").subscribed();
        List<Offer> offers = framework.offers();
        CyclicBarrier together = new CyclicBarrier(takers);
        ExecutorService threads = Executors.newFixedThreadPool(takers);
        try {
            List<Future<List<OfferID>>> taken = new ArrayList<>();
            for (int i = 0; i < takers; i++) {
                taken.add(threads.submit(() -> {
                    List<OfferID> own = new ArrayList<>();
                    for (Offer offer : offers) {
                        together.await(20, TimeUnit.SECONDS);
                        if (cluster.allocator().take(framework.id(), List.of(offer.getId()))
                                instanceof OfferTake.Taken) {
                            own.add(offer.getId());
                        }
                    }
                    return own;
                }));
            }
            List<OfferID> all = new ArrayList<>();
            for (Future<List<OfferID>> each : taken) {
                all.addAll(each.get());
            }
            assertThat(all)
                    .containsExactlyInAnyOrderElementsOf(
                            offers.stream().map(Offer::getId).toList());
        } finally {
            threads.shutdownNow();
        }
    }

    private static OfferTake invalid(String error) {
        return new OfferTake.Invalid(error);
    }
}
