package io.stoa.state.resources;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * How much of each resource, whatever its role or kind: immutable, in thousandths, sorted by name, without zeros. What
 * a name does not say is 0.
 */
public final class ResourceQuantities {

    public static final ResourceQuantities EMPTY = new ResourceQuantities(new String[0], new long[0]);

    private final String[] names;
    private final long[] milli;

    private ResourceQuantities(String[] names, long[] milli) {
        this.names = names;
        this.milli = milli;
    }

    /**
     * @param milliByName thousandths by name; zeros are dropped
     * @throws IllegalArgumentException where one of them is negative
     */
    public static ResourceQuantities of(Map<String, Long> milliByName) {
        SortedMap<String, Long> present = new TreeMap<>();
        milliByName.forEach((name, amount) -> {
            if (amount < 0) {
                throw new IllegalArgumentException(name + ": " + amount + " thousandths (expected: >= 0)");
            }
            if (amount > 0) {
                present.put(name, amount);
            }
        });
        return new ResourceQuantities(
                present.keySet().toArray(String[]::new),
                present.values().stream().mapToLong(Long::longValue).toArray());
    }

    /**
     * @param names the first {@code size} of them sorted, none twice
     * @param amounts positive
     */
    static ResourceQuantities sorted(String[] names, long[] amounts, int size) {
        if (size == 0) {
            return EMPTY;
        }
        return size == names.length
                ? new ResourceQuantities(names, amounts)
                : new ResourceQuantities(Arrays.copyOf(names, size), Arrays.copyOf(amounts, size));
    }

    public boolean isEmpty() {
        return names.length == 0;
    }

    /** Thousandths of that resource. */
    public long milli(String name) {
        int index = Arrays.binarySearch(names, name);
        return index < 0 ? 0 : milli[index];
    }

    /** Thousandths by name, sorted; a copy. */
    public SortedMap<String, Long> toMap() {
        TreeMap<String, Long> map = new TreeMap<>();
        forEach(map::put);
        return map;
    }

    /** Visits each resource of which there is something, sorted by name. */
    public void forEach(ObjLongConsumer<String> action) {
        for (int i = 0; i < names.length; i++) {
            action.accept(names[i], milli[i]);
        }
    }

    /** Those of other names. */
    public ResourceQuantities without(Set<String> excluded) {
        if (excluded.isEmpty()) {
            return this;
        }
        SortedMap<String, Long> others = toMap();
        others.keySet().removeAll(excluded);
        return of(others);
    }

    /** @throws ArithmeticException where a sum exceeds 2^63 thousandths */
    public ResourceQuantities plus(ResourceQuantities other) {
        if (other.isEmpty()) {
            return this;
        }
        return isEmpty() ? other : merged(other, 1);
    }

    /** What is left; never negative: where {@code other} says more of something, nothing of it is left. */
    public ResourceQuantities minus(ResourceQuantities other) {
        return isEmpty() || other.isEmpty() ? this : merged(other, -1);
    }

    /** @param sign 1 for {@link #plus}, -1 for {@link #minus} */
    public ResourceQuantities with(ResourceQuantities other, int sign) {
        return sign > 0 ? plus(other) : minus(other);
    }

    private ResourceQuantities merged(ResourceQuantities other, int sign) {
        String[] allNames = new String[names.length + other.names.length];
        long[] amounts = new long[allNames.length];
        int size = 0;
        int mine = 0;
        int theirs = 0;
        while (mine < names.length || theirs < other.names.length) {
            int order = order(mine, other, theirs);
            long amount = order <= 0 ? milli[mine] : 0;
            if (order >= 0) {
                amount = Math.addExact(amount, sign * other.milli[theirs]);
            }
            if (amount > 0) {
                allNames[size] = order <= 0 ? names[mine] : other.names[theirs];
                amounts[size++] = amount;
            }
            mine += order <= 0 ? 1 : 0;
            theirs += order >= 0 ? 1 : 0;
        }
        return sorted(allNames, amounts, size);
    }

    private int order(int mine, ResourceQuantities other, int theirs) {
        if (mine == names.length) {
            return 1;
        }
        return theirs == other.names.length ? -1 : names[mine].compareTo(other.names[theirs]);
    }

    /** The largest of the parts that this has of the whole's resources; 0 where the whole has nothing of it. */
    public double dominantShare(ResourceQuantities whole) {
        double dominant = 0;
        for (int i = 0; i < names.length; i++) {
            long total = whole.milli(names[i]);
            if (total > 0) {
                dominant = Math.max(dominant, (double) milli[i] / total);
            }
        }
        return dominant;
    }

    /** @param milliByName thousandths by name; true where there is at least as much of everything */
    public boolean isWithin(ToLongFunction<String> milliByName) {
        for (int i = 0; i < names.length; i++) {
            if (milliByName.applyAsLong(names[i]) < milli[i]) {
                return false;
            }
        }
        return true;
    }

    public boolean contains(ResourceQuantities other) {
        for (int i = 0; i < other.names.length; i++) {
            if (milli(other.names[i]) < other.milli[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof ResourceQuantities quantities
                        && Arrays.equals(names, quantities.names)
                        && Arrays.equals(milli, quantities.milli));
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(names) + Arrays.hashCode(milli);
    }

    /** Mesos' text form, {@code cpus:8; disk:20480; mem:8192}. */
    @Override
    public String toString() {
        return toString(toMap());
    }

    static String toString(SortedMap<String, Long> milliByName) {
        if (milliByName.isEmpty()) {
            return "{}";
        }
        StringBuilder text = new StringBuilder();
        milliByName.forEach((name, amount) -> text.append(text.isEmpty() ? "" : "; ")
                .append(name)
                .append(':')
                .append(new ResourceValue.Scalar(amount)));
        return text.toString();
    }
}
