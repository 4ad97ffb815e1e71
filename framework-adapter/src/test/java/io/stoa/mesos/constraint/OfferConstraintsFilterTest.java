package io.stoa.mesos.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.Attribute;
import org.apache.mesos.v1.Protos.DomainInfo;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint.Predicate;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint.Selector;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints.RoleConstraints;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints.RoleConstraints.Group;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OfferConstraintsFilterTest {

    private static final Selector RACK =
            Selector.newBuilder().setAttributeName("rack").build();

    private static AgentInfo.Builder agent() {
        return AgentInfo.newBuilder().setHostname("host-1.example");
    }

    private static AgentInfo agentInRack(String rack) {
        return agent().addAttributes(Attribute.newBuilder()
                        .setName("rack")
                        .setType(Value.Type.TEXT)
                        .setText(Value.Text.newBuilder().setValue(rack)))
                .build();
    }

    private static AgentInfo agentWithScalarRack(double rack) {
        return agent().addAttributes(Attribute.newBuilder()
                        .setName("rack")
                        .setType(Value.Type.SCALAR)
                        .setScalar(Value.Scalar.newBuilder().setValue(rack)))
                .build();
    }

    private static AgentInfo agentInZone(String region, String zone) {
        DomainInfo.FaultDomain.Builder domain = DomainInfo.FaultDomain.newBuilder();
        domain.getRegionBuilder().setName(region);
        domain.getZoneBuilder().setName(zone);
        return agent().setDomain(DomainInfo.newBuilder().setFaultDomain(domain)).build();
    }

    private static Selector pseudo(Selector.PseudoattributeType type) {
        return Selector.newBuilder().setPseudoattributeType(type).build();
    }

    private static Predicate predicate(String kind, String value) {
        Predicate.Builder predicate = Predicate.newBuilder();
        switch (kind) {
            case "exists" -> predicate.setExists(Predicate.Exists.getDefaultInstance());
            case "not_exists" -> predicate.setNotExists(Predicate.NotExists.getDefaultInstance());
            case "text_equals" -> predicate.getTextEqualsBuilder().setValue(value);
            case "text_not_equals" -> predicate.getTextNotEqualsBuilder().setValue(value);
            case "text_matches" -> predicate.getTextMatchesBuilder().setRegex(value);
            case "text_not_matches" -> predicate.getTextNotMatchesBuilder().setRegex(value);
            default -> throw new IllegalArgumentException(kind);
        }
        return predicate.build();
    }

    private static AttributeConstraint constraint(Selector selector, String kind, String value) {
        return AttributeConstraint.newBuilder()
                .setSelector(selector)
                .setPredicate(predicate(kind, value))
                .build();
    }

    private static Group group(AttributeConstraint... constraints) {
        Group.Builder group = Group.newBuilder();
        for (AttributeConstraint constraint : constraints) {
            group.addAttributeConstraints(constraint);
        }
        return group.build();
    }

    private static OfferConstraints inRole(Group... groups) {
        RoleConstraints.Builder role = RoleConstraints.newBuilder();
        for (Group group : groups) {
            role.addGroups(group);
        }
        return OfferConstraints.newBuilder()
                .putRoleConstraints("web", role.build())
                .build();
    }

    private static boolean passes(OfferConstraints constraints, AgentInfo agent) {
        return !OfferConstraintsFilter.of(constraints, RegexLimits.DEFAULTS).excludes("web", agent);
    }

    private static boolean passes(Selector selector, String kind, String value, AgentInfo agent) {
        return passes(inRole(group(constraint(selector, kind, value))), agent);
    }

    private static Optional<String> invalidity(OfferConstraints constraints) {
        return OfferConstraintsFilter.invalidity(constraints, RegexLimits.DEFAULTS);
    }

    private static Optional<String> regexInvalidity(String regex) {
        return invalidity(inRole(group(constraint(RACK, "text_matches", regex))))
                .map(text -> text.replace("A role web has an invalid 'AttributeConstraint': ", ""));
    }

    /** The columns behind the value: no such attribute, the text r1, the text r12, a scalar. */
    @ParameterizedTest
    @CsvSource({
        "exists,           '',      false, true,  true,  true",
        "not_exists,       '',      true,  false, false, false",
        "text_equals,      r1,      false, true,  false, true",
        "text_not_equals,  r1,      true,  false, true,  true",
        "text_matches,     r[0-9],  false, true,  false, true",
        "text_not_matches, r[0-9],  true,  false, true,  true",
    })
    void whatAPredicateSaysDependsOnTheKindOfTheAttribute(
            String kind, String value, boolean ofNone, boolean ofR1, boolean ofR12, boolean ofScalar) {
        assertThat(passes(RACK, kind, value, agent().build())).isEqualTo(ofNone);
        assertThat(passes(RACK, kind, value, agentInRack("r1"))).isEqualTo(ofR1);
        assertThat(passes(RACK, kind, value, agentInRack("r12"))).isEqualTo(ofR12);
        assertThat(passes(RACK, kind, value, agentWithScalarRack(1))).isEqualTo(ofScalar);
    }

    @Test
    void theFirstAttributeOfANameCounts() {
        AgentInfo twice = agentInRack("r1").toBuilder()
                .addAttributes(agentInRack("r2").getAttributes(0))
                .build();
        assertThat(passes(RACK, "text_equals", "r1", twice)).isTrue();
        assertThat(passes(RACK, "text_equals", "r2", twice)).isFalse();
    }

    @Test
    void hostnameRegionAndZoneAreAttributesOfTheirOwn() {
        Selector hostname = pseudo(Selector.PseudoattributeType.HOSTNAME);
        Selector region = pseudo(Selector.PseudoattributeType.REGION);
        Selector zone = pseudo(Selector.PseudoattributeType.ZONE);
        AgentInfo agent = agentInZone("eu", "eu-1");
        assertThat(passes(hostname, "text_matches", "host-.*", agent)).isTrue();
        assertThat(passes(hostname, "text_equals", "host-1", agent)).isFalse();
        assertThat(passes(region, "text_equals", "eu", agent)).isTrue();
        assertThat(passes(zone, "text_not_equals", "eu-1", agent)).isFalse();
        assertThat(passes(region, "not_exists", "", agent().build())).isTrue();
        assertThat(passes(zone, "exists", "", agent().build())).isFalse();
    }

    @Test
    void allOfOneGroupHaveToPassAndOneGroupIsEnough() {
        OfferConstraints constraints = inRole(
                group(
                        constraint(RACK, "text_not_equals", "r1"),
                        constraint(RACK, "text_not_equals", "r2"),
                        constraint(RACK, "exists", "")),
                group(constraint(pseudo(Selector.PseudoattributeType.REGION), "text_equals", "eu")));
        assertThat(passes(constraints, agentInRack("r1"))).isFalse();
        assertThat(passes(constraints, agentInRack("r2"))).isFalse();
        assertThat(passes(constraints, agentInRack("r3"))).isTrue();
        assertThat(passes(constraints, agentInZone("eu", "eu-1"))).isTrue();
        assertThat(passes(constraints, agentInZone("us", "us-1"))).isFalse();
    }

    @Test
    void rolesWithoutConstraintsWantEverything() {
        OfferConstraintsFilter filter =
                OfferConstraintsFilter.of(inRole(group(constraint(RACK, "exists", ""))), RegexLimits.DEFAULTS);
        assertThat(filter.excludes("web", agent().build())).isTrue();
        assertThat(filter.excludes("web/shop", agent().build())).isFalse();
        assertThat(OfferConstraintsFilter.NONE.excludes("web", agent().build())).isFalse();
    }

    @Test
    void emptyParts() {
        assertThat(invalidity(OfferConstraints.getDefaultInstance())).isEmpty();
        assertThat(invalidity(inRole()))
                .contains("'OfferConstraints::role_constraints' has an empty 'RoleConstraints::groups' for role web");
        assertThat(invalidity(inRole(group())))
                .contains("'OfferConstraints::RoleConstraints::groups' for role webcontains an empty"
                        + " RoleConstraints::Group");
    }

    @Test
    void constraintsThatSelectOrAskNothing() {
        AttributeConstraint.Builder asked = AttributeConstraint.newBuilder().setPredicate(predicate("exists", ""));
        assertThat(invalidity(inRole(
                        group(asked.setSelector(Selector.getDefaultInstance()).build()))))
                .contains("A role web has an invalid 'AttributeConstraint': Exactly one of"
                        + " 'AttributeConstraint::Selector::name' or"
                        + " 'AttributeConstraint::Selector::pseudoattribute_type' must be set");
        assertThat(invalidity(inRole(group(asked.setSelector(pseudo(Selector.PseudoattributeType.UNKNOWN))
                        .build()))))
                .contains("A role web has an invalid 'AttributeConstraint': Unknown pseudoattribute type");
        assertThat(invalidity(inRole(group(asked.setSelector(RACK)
                        .setPredicate(Predicate.getDefaultInstance())
                        .build()))))
                .contains("A role web has an invalid 'AttributeConstraint': Unknown predicate type");
    }

    @ParameterizedTest
    @CsvSource({
        "[a-d,       missing ]: [a-d",
        "(a,         missing ): (a",
        "a),         missing ): a)",
        "*,          no argument for repetition operator: *",
        "a**,        bad repetition operator: **",
        "(?=a),      invalid perl operator: (?=",
        "'a{2,1}',   'invalid repetition size: {2,1}'",
        "[z-a],      invalid character class range: z-a",
        "\\y,        invalid escape sequence: \\y",
        "(?P<n,      invalid named capture group: (?P<n",
    })
    void malformedRegularExpressions(String regex, String why) {
        assertThat(regexInvalidity(regex)).contains("Failed to construct regex from pattern '" + regex + "': " + why);
    }

    /** The expressions of Mesos' own test of its limits. */
    @Test
    void regularExpressionsThatCostTooMuch() {
        assertThat(regexInvalidity("(a+){10}")).isEmpty();
        assertThat(regexInvalidity("(a+){50}"))
                .contains("Regex '(a+){50}' is too complex: program size of 202 is larger than maximum of 100 allowed");
        assertThat(regexInvalidity("(a+){500}"))
                .contains("Failed to construct regex from pattern '(a+){500}': pattern too large - compile failed");
    }

    @Test
    void repetitionsWithinRepetitionsAreRefusedBeforeAnythingIsCompiled() {
        assertThat(regexInvalidity("((((a{1000}){1000}){1000}){1000}){1000}").orElseThrow())
                .endsWith("pattern too large - compile failed");
    }

    @Test
    void higherLimitsLetMoreIn() {
        OfferConstraints constraints = inRole(group(constraint(RACK, "text_matches", "(a+){500}")));
        assertThat(OfferConstraintsFilter.invalidity(constraints, new RegexLimits(1 << 20, 10_000)))
                .isEmpty();
    }
}
