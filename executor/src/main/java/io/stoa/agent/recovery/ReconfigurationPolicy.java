package io.stoa.agent.recovery;

import io.stoa.state.resources.Resources;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.Attribute;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;
import org.jspecify.annotations.Nullable;

/** How much of itself an agent may change and keep its id: Mesos' {@code --reconfiguration_policy}. */
public enum ReconfigurationPolicy {

    /** Nothing. */
    EQUAL {
        @Override
        @Nullable
        String firstChange(AgentInfo before, AgentInfo now) {
            String place = place(before, now);
            if (place != null) {
                return place;
            }
            if (!before.getDomain().equals(now.getDomain())) {
                return "Domain" + fromTo(domain(before), domain(now));
            }
            Resources had = Resources.of(before.getResourcesList());
            Resources has = Resources.of(now.getResourcesList());
            if (!had.equals(has)) {
                return "Resources" + fromTo(had, has);
            }
            return before.getAttributesList().equals(now.getAttributesList())
                    ? null
                    : "Attributes" + fromTo(attributes(before), attributes(now));
        }
    },

    /** It may have more resources and attributes, and a domain where it had none. */
    ADDITIVE {
        @Override
        @Nullable
        String firstChange(AgentInfo before, AgentInfo now) {
            String place = place(before, now);
            if (place != null) {
                return place;
            }
            if (before.hasDomain() && !before.getDomain().equals(now.getDomain())) {
                return "Domain" + fromTo(domain(before), domain(now));
            }
            Resources has = Resources.of(now.getResourcesList());
            for (Resource resource : Resources.of(before.getResourcesList()).toProto()) {
                Resources had = Resources.of(List.of(resource));
                if (!has.contains(had)) {
                    return "Resource '" + resource.getName() + "'" + fromTo(had, named(has, resource.getName()));
                }
            }
            for (Attribute attribute : before.getAttributesList()) {
                String change = change(attribute, now);
                if (change != null) {
                    return change;
                }
            }
            return null;
        }
    };

    /** @throws IllegalArgumentException where it is none */
    public static ReconfigurationPolicy of(String name) {
        return Arrays.stream(values())
                .filter(policy -> policy.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + name + "' (expected: equal, additive)"));
    }

    /** What of an agent has changed that must not, for people; empty where nothing has. */
    public Optional<String> objection(AgentInfo before, AgentInfo now) {
        return Optional.ofNullable(firstChange(before, now))
                .map(change -> "Configuration change not permitted under '" + this + "' policy: " + change);
    }

    abstract @Nullable String firstChange(AgentInfo before, AgentInfo now);

    private static @Nullable String place(AgentInfo before, AgentInfo now) {
        if (!before.getHostname().equals(now.getHostname())) {
            return "Hostname" + fromTo(before.getHostname(), now.getHostname());
        }
        return before.getPort() == now.getPort() ? null : "Port" + fromTo(before.getPort(), now.getPort());
    }

    /** Ranges may grow; Mesos knows no sets among attributes. */
    private static @Nullable String change(Attribute before, AgentInfo now) {
        Attribute found = now.getAttributesList().stream()
                .filter(attribute -> attribute.getName().equals(before.getName()))
                .findFirst()
                .orElse(null);
        if (found == null) {
            return "Couldn't find attribute " + text(before);
        }
        boolean areRanges = before.getType() == Value.Type.RANGES && found.getType() == Value.Type.RANGES;
        boolean same = areRanges ? ranges(found).contains(ranges(before)) : before.equals(found);
        return same ? null : "Attribute '" + before.getName() + "'" + fromTo(text(before), text(found));
    }

    private static Resources ranges(Attribute attribute) {
        return Resources.of(List.of(Resource.newBuilder()
                .setName(attribute.getName())
                .setType(Value.Type.RANGES)
                .setRanges(attribute.getRanges())
                .build()));
    }

    private static Resources named(Resources resources, String name) {
        return Resources.of(resources.toProto().stream()
                .filter(resource -> resource.getName().equals(name))
                .toList());
    }

    private static String attributes(AgentInfo info) {
        return info.getAttributesList().stream()
                .map(ReconfigurationPolicy::text)
                .collect(Collectors.joining("; "));
    }

    /** As {@code --attributes} has it, {@code rack:r1}. */
    private static String text(Attribute attribute) {
        return attribute.getName() + ":"
                + switch (attribute.getType()) {
                    case SCALAR -> Double.toString(attribute.getScalar().getValue());
                    case RANGES ->
                        attribute.getRanges().getRangeList().stream()
                                .map(range -> range.getBegin() + "-" + range.getEnd())
                                .collect(Collectors.joining(", ", "[", "]"));
                    case SET -> attribute.getSet().getItemList().stream().collect(Collectors.joining(", ", "{", "}"));
                    case TEXT -> attribute.getText().getValue();
                };
    }

    private static String domain(AgentInfo info) {
        return info.hasDomain()
                ? info.getDomain().getFaultDomain().getRegion().getName() + "/"
                        + info.getDomain().getFaultDomain().getZone().getName()
                : "none";
    }

    private static String fromTo(Object before, Object now) {
        return " changed from " + before + " to " + now;
    }

    /** As in the flag. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
