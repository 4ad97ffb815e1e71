package io.stoa.state.resources;

import java.util.List;
import org.apache.mesos.v1.Protos.Resource;

/**
 * An immutable bag of Mesos resources without allocation roles. Scalars are exact to three decimals, as in Mesos.
 *
 * <p>Two resources of one name add up only where their role, reservations, disk information, provider and the flags
 * revocable and shared are equal.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Resources {

    public static final Resources EMPTY = new Resources();

    private Resources() {}

    /** Reads Mesos' text form {@code cpus:4;mem(role):1024;ports:[31000-32000]} or its JSON form (an array). */
    public static Resources parse(String text) {
        return parse(text, "*");
    }

    /**
     * @param defaultRole the role of resources that name none
     * @throws IllegalArgumentException with Mesos' text where the text is malformed
     */
    public static Resources parse(String text, String defaultRole) {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads the resources of a message; allocation roles are dropped, pre-refinement reservations understood.
     *
     * @throws IllegalArgumentException with Mesos' text where one of them is invalid
     */
    public static Resources of(Iterable<Resource> resources) {
        throw new UnsupportedOperationException();
    }

    /** The message form, in Mesos' order, each with {@code role} set and without allocation_info. */
    public List<Resource> toProto() {
        throw new UnsupportedOperationException();
    }

    /** The message form with {@code allocation_info.role} set. */
    public List<Resource> toProto(String allocationRole) {
        throw new UnsupportedOperationException();
    }

    public boolean isEmpty() {
        throw new UnsupportedOperationException();
    }

    public boolean contains(Resources other) {
        throw new UnsupportedOperationException();
    }

    public Resources plus(Resources other) {
        throw new UnsupportedOperationException();
    }

    /** What is left; never negative: where {@code other} holds more of something, nothing of it is left. */
    public Resources minus(Resources other) {
        throw new UnsupportedOperationException();
    }

    /** Sum of the scalars of that name over all roles and reservations, in thousandths. */
    public long scalarMilli(String name) {
        throw new UnsupportedOperationException();
    }

    /** Those which a framework in that role may be offered: unreserved ones and ones reserved for the role. */
    public Resources allocatableTo(String role) {
        throw new UnsupportedOperationException();
    }

    /** Mesos' text form, {@code cpus:4; mem(role):1024; ports:[31000-32000]}. */
    @Override
    public String toString() {
        throw new UnsupportedOperationException();
    }
}
