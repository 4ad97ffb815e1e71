package io.stoa.state.resources;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The most that may be had of resources.
 *
 * @param milliByName thousandths by name, sorted; a name that is missing is not limited, 0 forbids
 */
public record ResourceLimits(SortedMap<String, Long> milliByName) {

    public static final ResourceLimits NONE = of(Map.of());

    public ResourceLimits {
        milliByName = Collections.unmodifiableSortedMap(new TreeMap<>(milliByName));
        milliByName.forEach((name, amount) -> {
            if (amount < 0) {
                throw new IllegalArgumentException(name + ": " + amount + " thousandths (expected: >= 0)");
            }
        });
    }

    public static ResourceLimits of(Map<String, Long> milliByName) {
        return new ResourceLimits(new TreeMap<>(milliByName));
    }

    public boolean isEmpty() {
        return milliByName.isEmpty();
    }

    /** What is left of them when so much is consumed: thousandths by name, at least 0. */
    public Map<String, Long> minus(ResourceQuantities consumed) {
        Map<String, Long> left = new HashMap<>();
        milliByName.forEach((name, most) -> left.put(name, Math.max(0, most - consumed.milli(name))));
        return left;
    }

    /**
     * What is left of one of them when so much is consumed: thousandths, at least 0, without limit the most there is.
     */
    public long leftMilli(String name, ResourceQuantities consumed) {
        Long most = milliByName.get(name);
        return most == null ? Long.MAX_VALUE : Math.max(0, most - consumed.milli(name));
    }

    public boolean contains(ResourceQuantities quantities) {
        return milliByName.entrySet().stream().allMatch(limit -> quantities.milli(limit.getKey()) <= limit.getValue());
    }

    /** Mesos' text form, {@code cpus:3; mem:2048}. */
    @Override
    public String toString() {
        return ResourceQuantities.toString(milliByName);
    }
}
