package io.stoa.state.resources;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;
import org.jspecify.annotations.Nullable;

/**
 * An immutable bag of Mesos resources without allocation roles. Scalars are exact to three decimals, as in Mesos.
 *
 * <p>Two resources of one name add up only where their role, reservations, disk information, provider and the flags
 * revocable and shared are equal; a mounted disk, a persistent volume and everything shared is one piece, which neither
 * adds up nor can be divided.
 *
 * <p>Sums are checked: one that exceeds 2^63 thousandths throws {@link ArithmeticException}.
 */
@SuppressWarnings("deprecation") // Mesos' pre-refinement fields role and reservation
public final class Resources {

    public static final Resources EMPTY = new Resources(new ResourceKey[0], new ResourceValue[0]);

    /** In the order in which they were given; no key twice, but for exclusive ones. */
    private final ResourceKey[] keys;

    private final ResourceValue[] values;

    private Resources(ResourceKey[] keys, ResourceValue[] values) {
        this.keys = keys;
        this.values = values;
    }

    /** Reads Mesos' text form {@code cpus:4;mem(role):1024;ports:[31000-32000]} or its JSON form (an array). */
    public static Resources parse(String text) {
        return parse(text, Roles.UNRESERVED);
    }

    /**
     * @param defaultRole the role of resources that name none
     * @throws IllegalArgumentException with Mesos' text where the text is malformed
     */
    public static Resources parse(String text, String defaultRole) {
        return ResourceCodec.parse(text, defaultRole);
    }

    /**
     * Reads the resources of a message; allocation roles are dropped, pre-refinement reservations understood.
     *
     * @throws IllegalArgumentException with Mesos' text where one of them is invalid
     */
    public static Resources of(Iterable<Resource> resources) {
        return ResourceCodec.read(resources);
    }

    /** What is wrong with a single resource, in Mesos' words. */
    public static Optional<String> invalidity(Resource resource) {
        return Optional.ofNullable(ResourceValidator.invalidity(resource));
    }

    /** The same resource in the form in which reservations are a stack, and nothing else says them. */
    public static Resource refined(Resource resource) {
        return resource.hasRole() || resource.hasReservation() ? ResourceKey.refined(resource) : resource;
    }

    static Resources single(ResourceKey key, ResourceValue value) {
        return value.isEmpty() ? EMPTY : new Resources(new ResourceKey[] {key}, new ResourceValue[] {value});
    }

    /**
     * The message form, in the order in which the resources were given, without allocation_info. {@code role} is set
     * (and {@code reservation} where the only reservation is dynamic) unless the reservation is a refined one.
     */
    public List<Resource> toProto() {
        return ResourceCodec.write(this);
    }

    /** The message form with {@code allocation_info.role} set. */
    public List<Resource> toProto(String allocationRole) {
        return ResourceCodec.write(this, allocationRole);
    }

    void forEach(BiConsumer<ResourceKey, ResourceValue> action) {
        for (int i = 0; i < keys.length; i++) {
            action.accept(keys[i], values[i]);
        }
    }

    public boolean isEmpty() {
        return keys.length == 0;
    }

    /** True where all of it is here; one copy of something shared is enough for any number of copies. */
    public boolean contains(Resources other) {
        for (int i = 0; i < other.keys.length; i++) {
            ResourceKey key = other.keys[i];
            ResourceValue value = other.values[i];
            if (key.isShared()) {
                if (count(key, value) == 0) {
                    return false;
                }
            } else if (key.isExclusive()) {
                if (count(key, value) < other.count(key, value)) {
                    return false;
                }
            } else {
                int mine = indexOf(key);
                if (mine < 0 || !values[mine].contains(value)) {
                    return false;
                }
            }
        }
        return true;
    }

    private int indexOf(ResourceKey key) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i].equals(key)) {
                return i;
            }
        }
        return -1;
    }

    private int count(ResourceKey key, ResourceValue value) {
        int count = 0;
        for (int i = 0; i < keys.length; i++) {
            if (keys[i].equals(key) && values[i].equals(value)) {
                count++;
            }
        }
        return count;
    }

    /** @throws ArithmeticException where a sum exceeds 2^63 thousandths */
    public Resources plus(Resources other) {
        if (other.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return other;
        }
        ResourceKey[] sumKeys = Arrays.copyOf(keys, keys.length + other.keys.length);
        ResourceValue[] sumValues = Arrays.copyOf(values, sumKeys.length);
        int size = keys.length;
        for (int i = 0; i < other.keys.length; i++) {
            ResourceKey key = other.keys[i];
            int mine = key.isExclusive() ? -1 : indexOf(key);
            if (mine >= 0) {
                sumValues[mine] = values[mine].plus(other.values[i]);
            } else {
                sumKeys[size] = key;
                sumValues[size++] = other.values[i];
            }
        }
        return trimmed(sumKeys, sumValues, size);
    }

    /**
     * What is left; never negative: where {@code other} holds more of something, nothing of it is left. Of something
     * shared as many copies go as {@code other} has.
     */
    public Resources minus(Resources other) {
        if (isEmpty() || other.isEmpty()) {
            return this;
        }
        ResourceKey[] leftKeys = keys.clone();
        ResourceValue[] leftValues = values.clone();
        int size = keys.length;
        for (int i = 0; i < other.keys.length; i++) {
            ResourceKey key = other.keys[i];
            ResourceValue value = other.values[i];
            int mine = 0;
            while (mine < size
                    && !(leftKeys[mine].equals(key) && (!key.isExclusive() || leftValues[mine].equals(value)))) {
                mine++;
            }
            if (mine == size) {
                continue;
            }
            leftValues[mine] = leftValues[mine].minus(value);
            if (key.isExclusive() || leftValues[mine].isEmpty()) {
                size--;
                System.arraycopy(leftKeys, mine + 1, leftKeys, mine, size - mine);
                System.arraycopy(leftValues, mine + 1, leftValues, mine, size - mine);
            }
        }
        return trimmed(leftKeys, leftValues, size);
    }

    private static Resources trimmed(ResourceKey[] keys, ResourceValue[] values, int size) {
        if (size == 0) {
            return EMPTY;
        }
        return size == keys.length
                ? new Resources(keys, values)
                : new Resources(Arrays.copyOf(keys, size), Arrays.copyOf(values, size));
    }

    /**
     * What is there after a conversion; empty where what it consumes is not there.
     *
     * @throws ArithmeticException where a sum exceeds 2^63 thousandths
     */
    public Optional<Resources> apply(Conversion conversion) {
        return contains(conversion.consumed())
                ? Optional.of(minus(conversion.consumed()).plus(conversion.converted()))
                : Optional.empty();
    }

    /** How much there is of that name over all roles and reservations; a range or set counts its items. */
    public long quantityMilli(String name) {
        long sum = 0;
        for (int i = 0; i < keys.length; i++) {
            if (keys[i].name().equals(name)) {
                sum = Math.addExact(sum, values[i].quantityMilli());
            }
        }
        return sum;
    }

    /** An amount in thousandths, as Mesos rounds. */
    public static long milli(Value.Scalar amount) {
        return ResourceValue.Scalar.toMilli(amount.getValue());
    }

    /** Sum of the scalars of that name over all roles and reservations, in thousandths. */
    public long scalarMilli(String name) {
        long sum = 0;
        for (int i = 0; i < keys.length; i++) {
            if (values[i] instanceof ResourceValue.Scalar scalar
                    && keys[i].name().equals(name)) {
                sum = Math.addExact(sum, scalar.milli());
            }
        }
        return sum;
    }

    /** Those that add up over several agents: ports of one agent are not the ports of another. */
    public Resources scalars() {
        return filter(ResourceKey::isScalar);
    }

    /** Those which nobody can take back. */
    public Resources nonRevocable() {
        return filter(key -> !key.isRevocable());
    }

    /** Those that one holder has for itself, without what is shared. */
    public Resources unshared() {
        return filter(key -> !key.isShared());
    }

    /** Those that are reserved at most once, without refined reservations. */
    public Resources unrefined() {
        return filter(key -> !key.isRefined());
    }

    /** The persistent volumes. */
    public Resources volumes() {
        return filter(ResourceKey::isVolume);
    }

    /** The persistent volumes that are not in the other ones, of whatever size. */
    public Resources volumesMissingIn(Resources other) {
        return filter(key -> key.isVolume() && other.indexOf(key) < 0);
    }

    /** The same amounts without any reservation. */
    public Resources unreserved() {
        Resources sum = EMPTY;
        for (int i = 0; i < keys.length; i++) {
            sum = sum.plus(single(keys[i].unreserved(), values[i]));
        }
        return sum;
    }

    /** The first scalar with more than {@code limitMilli} thousandths, in text form; empty where none has. */
    public Optional<String> scalarAbove(long limitMilli) {
        for (int i = 0; i < keys.length; i++) {
            if (values[i] instanceof ResourceValue.Scalar scalar && scalar.milli() > limitMilli) {
                return Optional.of(keys[i].name() + ": " + scalar);
            }
        }
        return Optional.empty();
    }

    /** Those which a framework in that role may be offered: unreserved ones and ones reserved for the role. */
    public Resources allocatableTo(String role) {
        return filter(key -> key.isAllocatableTo(role));
    }

    public boolean hasRevocable() {
        return any(ResourceKey::isRevocable);
    }

    /** True where nothing of it is reserved. */
    public boolean isUnreserved() {
        return !any(key -> !key.reservedFor().equals(Roles.UNRESERVED));
    }

    private boolean any(Predicate<ResourceKey> fits) {
        for (ResourceKey key : keys) {
            if (fits.test(key)) {
                return true;
            }
        }
        return false;
    }

    /** Unreserved scalars that nobody can take back: what quotas promise and limit. */
    public Resources unreservedScalars() {
        return filter(ResourceKey::isUnreservedScalar);
    }

    /** The same with {@link #unreservedScalars} behind everything else, the order of Mesos' offers. */
    public Resources unreservedScalarsLast() {
        return filter(key -> !key.isUnreservedScalar()).plus(unreservedScalars());
    }

    /**
     * As much of the scalars as is allowed of each name; what is one piece is left out where it does not fit.
     *
     * @param mostMilli thousandths by name
     * @return the same object where all of it is allowed
     */
    public Resources scalarsWithin(ToLongFunction<String> mostMilli) {
        ResourceKey[] allowedKeys = new ResourceKey[keys.length];
        ResourceValue[] allowed = new ResourceValue[keys.length];
        int size = 0;
        boolean whole = true;
        for (int i = 0; i < keys.length; i++) {
            long milli = values[i].quantityMilli();
            long most = mostMilli.applyAsLong(keys[i].name());
            for (int j = 0; j < size; j++) {
                most -= allowedKeys[j].name().equals(keys[i].name()) ? allowed[j].quantityMilli() : 0;
            }
            whole &= milli <= most;
            if (milli <= most) {
                allowedKeys[size] = keys[i];
                allowed[size++] = values[i];
            } else if (most > 0 && !keys[i].isExclusive() && keys[i].isScalar()) {
                allowedKeys[size] = keys[i];
                allowed[size++] = new ResourceValue.Scalar(most);
            }
        }
        return whole ? this : trimmed(allowedKeys, allowed, size);
    }

    /** The same object, without a copy, where all fit. */
    private Resources filter(Predicate<ResourceKey> fits) {
        int size = 0;
        while (size < keys.length && fits.test(keys[size])) {
            size++;
        }
        if (size == keys.length) {
            return this;
        }
        ResourceKey[] fitting = Arrays.copyOf(keys, keys.length);
        ResourceValue[] amounts = Arrays.copyOf(values, keys.length);
        for (int i = size + 1; i < keys.length; i++) {
            if (fits.test(keys[i])) {
                fitting[size] = keys[i];
                amounts[size++] = values[i];
            }
        }
        return trimmed(fitting, amounts, size);
    }

    /** What is reserved, by the role it is reserved for. */
    public SortedMap<String, Resources> reservations() {
        SortedMap<String, Resources> byRole = new TreeMap<>();
        for (int i = 0; i < keys.length; i++) {
            String role = keys[i].reservedFor();
            if (!role.equals(Roles.UNRESERVED)) {
                byRole.merge(role, single(keys[i], values[i]), Resources::plus);
            }
        }
        return byRole;
    }

    /** How much there is of each name, over all roles and reservations; a range or set counts its items. */
    public ResourceQuantities quantities() {
        return quantities(key -> true);
    }

    /**
     * How much there is of what counts against quotas when it is claimed: of scalars that are neither reserved nor
     * revocable nor shared.
     */
    public ResourceQuantities quotaQuantities() {
        return quantities(key -> key.isUnreservedScalar() && !key.isShared());
    }

    private ResourceQuantities quantities(Predicate<ResourceKey> counts) {
        String[] names = new String[keys.length];
        long[] amounts = new long[keys.length];
        int size = 0;
        for (int i = 0; i < keys.length; i++) {
            long amount = counts.test(keys[i]) ? values[i].quantityMilli() : 0;
            if (amount == 0) {
                continue;
            }
            String name = keys[i].name();
            int at = size;
            while (at > 0 && names[at - 1].compareTo(name) > 0) {
                at--;
            }
            if (at > 0 && names[at - 1].equals(name)) {
                amounts[at - 1] = Math.addExact(amounts[at - 1], amount);
            } else {
                System.arraycopy(names, at, names, at + 1, size - at);
                System.arraycopy(amounts, at, amounts, at + 1, size - at);
                names[at] = name;
                amounts[at] = amount;
                size++;
            }
        }
        return ResourceQuantities.sorted(names, amounts, size);
    }

    /** Equal whatever the order. */
    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            return true;
        }
        if (!(other instanceof Resources resources) || keys.length != resources.keys.length) {
            return false;
        }
        for (int i = 0; i < keys.length; i++) {
            if (count(keys[i], values[i]) != resources.count(keys[i], values[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = 0;
        for (int i = 0; i < keys.length; i++) {
            hash += keys[i].hashCode() ^ values[i].hashCode();
        }
        return hash;
    }

    /** Mesos' text form, {@code cpus:4; mem(reservations: [(STATIC,role)]):1024; ports:[31000-32000]}. */
    @Override
    public String toString() {
        return ResourceCodec.print(this);
    }

    /** The text form of what is allocated to a role, {@code cpus(allocated: *):4; mem(allocated: *):1024}. */
    public String toString(String allocationRole) {
        return ResourceCodec.print(this, allocationRole);
    }
}
