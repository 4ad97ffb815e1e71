package io.stoa.mesos.constraint;

import com.google.re2j.Pattern;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.Attribute;
import org.apache.mesos.v1.Protos.DomainInfo.FaultDomain;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint.Selector;

/**
 * One constraint: what is selected of an agent, and what is asked of it.
 *
 * @param ofAbsent the answer where the agent has no such attribute
 * @param ofOther the answer where the attribute is no text, of which only whether it is there can be asked
 */
record AttributeTest(Selector selector, boolean ofAbsent, boolean ofOther, Predicate<String> ofText) {

    /** @throws IllegalArgumentException with Mesos' text where it is invalid */
    static AttributeTest of(AttributeConstraint constraint, RegexLimits limits) {
        Selector selector = constraint.getSelector();
        checkSelector(selector);
        AttributeConstraint.Predicate asked = constraint.getPredicate();
        return switch (asked.getPredicateCase()) {
            case EXISTS -> new AttributeTest(selector, false, true, text -> true);
            case NOT_EXISTS -> new AttributeTest(selector, true, false, text -> false);
            case TEXT_EQUALS -> equal(selector, asked.getTextEquals().getValue());
            case TEXT_NOT_EQUALS ->
                equal(selector, asked.getTextNotEquals().getValue()).textNegated();
            case TEXT_MATCHES -> matching(selector, asked.getTextMatches().getRegex(), limits);
            case TEXT_NOT_MATCHES ->
                matching(selector, asked.getTextNotMatches().getRegex(), limits).textNegated();
            case PREDICATE_NOT_SET -> throw new IllegalArgumentException("Unknown predicate type");
        };
    }

    private static void checkSelector(Selector selector) {
        switch (selector.getSelectorCase()) {
            case ATTRIBUTE_NAME -> {}
            case PSEUDOATTRIBUTE_TYPE -> {
                if (selector.getPseudoattributeType() == Selector.PseudoattributeType.UNKNOWN) {
                    throw new IllegalArgumentException("Unknown pseudoattribute type");
                }
            }
            case SELECTOR_NOT_SET ->
                throw new IllegalArgumentException("Exactly one of 'AttributeConstraint::Selector::name' or"
                        + " 'AttributeConstraint::Selector::pseudoattribute_type' must be set");
        }
    }

    private static AttributeTest equal(Selector selector, String value) {
        return new AttributeTest(selector, false, true, value::equals);
    }

    private static AttributeTest matching(Selector selector, String regex, RegexLimits limits) {
        Pattern pattern = Regexes.compile(regex, limits);
        return new AttributeTest(selector, false, true, pattern::matches);
    }

    /** What is no text passes both ways: Mesos leaves that to the framework. */
    private AttributeTest textNegated() {
        return new AttributeTest(selector, true, true, ofText.negate());
    }

    boolean passes(AgentInfo agent) {
        if (selector.hasAttributeName()) {
            for (Attribute attribute : agent.getAttributesList()) {
                if (attribute.getName().equals(selector.getAttributeName())) {
                    return attribute.getType() == Value.Type.TEXT
                            ? ofText.test(attribute.getText().getValue())
                            : ofOther;
                }
            }
            return ofAbsent;
        }
        return pseudoattribute(agent).map(ofText::test).orElse(ofAbsent);
    }

    private Optional<String> pseudoattribute(AgentInfo agent) {
        Optional<FaultDomain> domain = agent.getDomain().hasFaultDomain()
                ? Optional.of(agent.getDomain().getFaultDomain())
                : Optional.empty();
        return switch (selector.getPseudoattributeType()) {
            case HOSTNAME -> Optional.of(agent.getHostname());
            case REGION -> domain.map(known -> known.getRegion().getName());
            case ZONE -> domain.map(known -> known.getZone().getName());
            case UNKNOWN -> throw new IllegalStateException("an unknown pseudoattribute was let in: " + selector);
        };
    }
}
