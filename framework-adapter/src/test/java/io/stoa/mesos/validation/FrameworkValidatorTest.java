package io.stoa.mesos.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.OfferFilters;
import org.apache.mesos.v1.Protos.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameworkValidatorTest {

    private static FrameworkInfo.Builder framework(String... roles) {
        return FrameworkInfo.newBuilder()
                .setUser("root")
                .setName("x")
                .addAllRoles(List.of(roles))
                .addCapabilities(
                        FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.MULTI_ROLE));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''   | Role names cannot be the empty string
            .    | Role '.' cannot include '.' as a component
            ..   | Role '..' cannot include '..' as a component
            -a   | Role component '-a' is invalid because it starts with a dash
            a b  | Role component 'a b' is invalid because it contains backspace or whitespace
            a/*  | Role 'a/*' cannot include '*' as a component
            /a   | Role '/a' cannot start with a slash
            a/   | Role 'a/' cannot end with a slash
            a//b | Role 'a//b' cannot contain two adjacent slashes
            """)
    void aRoleIsRefusedInMesosWords(String role, String error) {
        assertThat(FrameworkValidator.invalidity(framework(role).build()))
                .contains("'FrameworkInfo.roles' contains invalid role: " + error);
    }

    @Test
    void duplicateRolesAreNamed() {
        assertThat(FrameworkValidator.invalidity(framework("b", "a", "b", "a").build()))
                .contains("'FrameworkInfo.roles' contains duplicate items: { a, b }");
    }

    @Test
    @SuppressWarnings("deprecation")
    void roleAndRolesExcludeEachOther() {
        assertThat(FrameworkValidator.invalidity(framework().setRole("a").build()))
                .contains("'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable");
        assertThat(FrameworkValidator.invalidity(
                        framework("a").clearCapabilities().build()))
                .contains("'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable");
    }

    @Test
    void aFailoverTimeoutMustFitANumberOfNanoseconds() {
        assertThat(FrameworkValidator.invalidity(
                        framework("*").setFailoverTimeout(1e300).build()))
                .contains("The framework failover_timeout (1e+300) is invalid");
        assertThat(FrameworkValidator.invalidity(
                        framework("*").setFailoverTimeout(Double.NaN).build()))
                .contains("The framework failover_timeout (nan) is invalid");
        assertThat(FrameworkValidator.invalidity(
                        framework("*").setFailoverTimeout(-1).build()))
                .isEmpty();
    }

    @Test
    void anIdMustBeFitForADirectory() {
        FrameworkID id = FrameworkID.newBuilder().setValue("a/b").build();
        assertThat(FrameworkValidator.invalidity(framework("*").setId(id).build()))
                .contains("'a/b' contains invalid characters");
    }

    @Test
    void offerFiltersNeedSensibleQuantities() {
        OfferFilters negative = OfferFilters.newBuilder()
                .setMinAllocatableResources(OfferFilters.MinAllocatableResources.newBuilder()
                        .addQuantities(OfferFilters.ResourceQuantities.newBuilder()
                                .putQuantities(
                                        "cpus",
                                        Value.Scalar.newBuilder().setValue(-1).build())))
                .build();
        assertThat(FrameworkValidator.invalidity(
                        framework("a").putOfferFilters("a", negative).build()))
                .contains("Invalid resource quantity for 'cpus': Negative values not supported");
    }

    @Test
    void onlySubscribedRolesCanBeSuppressed() {
        assertThat(FrameworkValidator.suppressedRolesInvalidity(Set.of("a"), List.of("c", "a", "b")))
                .contains("Suppressed roles { b, c } are not contained in the set of roles");
    }

    @Test
    void principalUserAndCheckpointMayNotChange() {
        FrameworkInfo known = framework("a").build();
        assertThat(FrameworkValidator.updateInvalidity(
                        known, known.toBuilder().setPrincipal("p").build()))
                .contains("Changing framework's principal is not allowed.");
        assertThat(FrameworkValidator.updateInvalidity(
                        known, known.toBuilder().setUser("other").build()))
                .contains("Updating 'FrameworkInfo.user' is unsupported; attempted to update from 'root' to 'other'");
        assertThat(FrameworkValidator.updateInvalidity(
                        known, known.toBuilder().setCheckpoint(true).build()))
                .contains("Updating 'FrameworkInfo.checkpoint' is unsupported; attempted to update from 'false' to"
                        + " 'true'");
        assertThat(FrameworkValidator.updateInvalidity(
                        known, known.toBuilder().setName("y").addRoles("b").build()))
                .isEmpty();
    }
}
