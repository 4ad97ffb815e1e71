package io.stoa.master.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.mesos.constraint.OfferConstraintsFilter;
import io.stoa.mesos.constraint.RegexLimits;
import io.stoa.mesos.offer.OfferWishes;
import io.stoa.state.transaction.StateMutation;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint.Predicate;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint.Selector;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints.RoleConstraints;
import org.junit.jupiter.api.Test;

/** {@code /allocator/offer_constraints_debug}. */
class ConstraintsHandlerTest extends OperatorFixture {

    private List<OfferWishes> wishes = List.of();

    private String ask() {
        ConstraintsHandler handler = new ConstraintsHandler(context, () -> CompletableFuture.completedFuture(wishes));
        return new String(
                call(handler, "GET", "/allocator/offer_constraints_debug").body(), UTF_8);
    }

    private static OfferConstraintsFilter notOnHost(String role, String hostname) {
        AttributeConstraint elsewhere = AttributeConstraint.newBuilder()
                .setSelector(Selector.newBuilder().setPseudoattributeType(Selector.PseudoattributeType.HOSTNAME))
                .setPredicate(Predicate.newBuilder()
                        .setTextNotEquals(Predicate.TextNotEquals.newBuilder().setValue(hostname)))
                .build();
        return OfferConstraintsFilter.of(
                OfferConstraints.newBuilder()
                        .putRoleConstraints(
                                role,
                                RoleConstraints.newBuilder()
                                        .addGroups(RoleConstraints.Group.newBuilder()
                                                .addAttributeConstraints(elsewhere))
                                        .build())
                        .build(),
                RegexLimits.DEFAULTS);
    }

    @Test
    void nobodyWantsAnything() {
        assertThat(ask()).isEqualTo("{\"frameworks\":{}}");
    }

    @Test
    void whatIsSuppressedAndWhatIsExcludedIsSaidByRole() throws Exception {
        FrameworkInfo info = FrameworkInfo.newBuilder()
                .setUser("root")
                .setName("web")
                .setId(org.apache.mesos.v1.Protos.FrameworkID.newBuilder().setValue("M-0000"))
                .addRoles("web")
                .addRoles("ads")
                .addCapabilities(
                        FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.MULTI_ROLE))
                .build();
        wishes = List.of(new OfferWishes(info, Set.of("ads"), notOnHost("web", "one")));

        assertThat(ask())
                .isEqualTo("{\"frameworks\":{\"M-0000\":{\"suppressed_roles\":[\"ads\"],"
                        + "\"excluded_by_attribute_constraints\":{\"ads\":[],\"web\":[\"M-S0\"]}}}}");

        commit(new StateMutation.MarkAgentUnreachable(AGENT, NOW_MS));
        assertThat(ask()).contains("\"web\":[]");
    }
}
