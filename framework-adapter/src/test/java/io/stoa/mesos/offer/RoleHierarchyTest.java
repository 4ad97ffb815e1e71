package io.stoa.mesos.offer;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.resources.Resources;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoleHierarchyTest {

    private final Cluster cluster = new Cluster();

    @Test
    void siblingsShareWhatTheirParentGets() {
        TestFramework web = cluster.framework("W", "eng/web").subscribed();
        TestFramework db = cluster.framework("D", "eng/db").subscribed();
        TestFramework ads = cluster.framework("A", "ads").subscribed();

        agents(12);

        assertThat(ads.offers()).hasSize(6);
        assertThat(web.offers()).hasSize(3);
        assertThat(db.offers()).hasSize(3);
    }

    @Test
    void frameworksOfAParentShareAsOneChildBesideTheOthers() {
        TestFramework first = cluster.framework("F1", "eng").subscribed();
        TestFramework second = cluster.framework("F2", "eng").subscribed();
        TestFramework web = cluster.framework("W", "eng/web").subscribed();

        agents(12);

        assertThat(web.offers()).hasSize(6);
        assertThat(first.offers()).hasSize(3);
        assertThat(second.offers()).hasSize(3);
    }

    @Test
    void weightsDivideWhatTheParentGets() {
        cluster.withWeights(Map.of("eng", 3.0, "eng/web", 2.0));
        TestFramework web = cluster.framework("W", "eng/web").subscribed();
        TestFramework db = cluster.framework("D", "eng/db").subscribed();
        TestFramework ads = cluster.framework("A", "ads").subscribed();

        agents(24);

        assertThat(ads.offers()).hasSize(6);
        assertThat(web.offers()).hasSize(12);
        assertThat(db.offers()).hasSize(6);
    }

    @Test
    void newWeightsRescindAllOffersAndDivideAnew() {
        TestFramework heavy = cluster.framework("H", "heavy").subscribed();
        TestFramework light = cluster.framework("L", "light").subscribed();
        agents(8);
        assertThat(heavy.offers()).hasSize(4);

        cluster.withWeights(Map.of("heavy", 3.0));

        assertThat(heavy.offers()).isEmpty();
        assertThat(light.offers()).isEmpty();
        cluster.passOneCycle();
        assertThat(heavy.offers()).hasSize(6);
        assertThat(light.offers()).hasSize(2);
    }

    @Test
    void weightsOfRolesWithoutFrameworksRescindNothing() {
        TestFramework framework = cluster.framework("A", "a").subscribed();
        agents(2);

        cluster.withWeights(Map.of("nobody", 3.0));

        assertThat(framework.offers()).hasSize(2);
    }

    @Test
    void whatIsReservedForAParentIsOfferedToEverythingBelowItAndToNobodyElse() {
        TestFramework web = cluster.framework("W", "eng/web").subscribed();
        TestFramework engine = cluster.framework("E", "engine").subscribed();

        cluster.agent("S0", "cpus(eng):4;mem(eng):512");

        assertThat(TestFramework.held(web.onlyOffer())).isEqualTo(Resources.parse("cpus(eng):4;mem(eng):512"));
        assertThat(engine.offers()).isEmpty();
    }

    @Test
    void whatIsReservedForAChildIsNotOfferedToItsParent() {
        TestFramework eng = cluster.framework("E", "eng").subscribed();

        cluster.agent("S0", "cpus(eng/web):4;cpus:1;mem:64");

        assertThat(TestFramework.held(eng.onlyOffer())).isEqualTo(Resources.parse("cpus:1;mem:64"));
    }

    @Test
    void reservationsCountInTheDivisionWhileTheyAreOnOfferOrUsed() {
        TestFramework rich = cluster.framework("R", "rich").subscribed();
        TestFramework poor = cluster.framework("P", "poor").subscribed();
        cluster.agent("R", "cpus(rich):6;mem(rich):1000");

        agents(4);

        assertThat(rich.offers()).hasSize(1);
        assertThat(poor.offers()).hasSize(4);
    }

    @Test
    void reservationsThatNobodyUsesDoNotCountInTheDivision() {
        TestFramework rich = cluster.framework("R", "rich").subscribed();
        TestFramework poor = cluster.framework("P", "poor").subscribed();
        cluster.agent("R", "cpus(rich):6");
        rich.declinesAll(1_000);

        agents(4);

        assertThat(rich.offers()).hasSize(2);
        assertThat(poor.offers()).hasSize(2);
    }

    @Test
    void frameworkInSeveralRolesIsOfferedByTheShareOfEach() {
        TestFramework both = cluster.framework("B", "*", "ads").subscribed();
        TestFramework ads = cluster.framework("A", "ads").subscribed();

        agents(8);

        assertThat(both.offers()).hasSize(6);
        assertThat(both.offers().stream()
                        .filter(offer -> offer.getAllocationInfo().getRole().equals("*")))
                .hasSize(4);
        assertThat(ads.offers()).hasSize(2);
    }

    @Test
    void rolesThatCameAndWentLeaveNothingBehind() {
        TestFramework stays = cluster.framework("S", "eng/web").subscribed();
        TestFramework goes = cluster.framework("G", "eng/db").subscribed();
        agents(4);
        goes.disconnects();
        cluster.allocator().remove(goes.id());

        cluster.passOneCycle();
        agents(4);

        assertThat(stays.offers()).hasSize(8);
    }

    private int agents;

    private void agents(int count) {
        for (int i = 0; i < count; i++) {
            cluster.agent("S" + agents++, "cpus:1;mem:64");
        }
    }
}
