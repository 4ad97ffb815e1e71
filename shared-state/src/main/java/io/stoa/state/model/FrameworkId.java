package io.stoa.state.model;

/**
 * The id of a framework, in Mesos' form {@code <master id>-<nnnn> or whatever the framework chose}.
 *
 * @param value the text; may be anything that Mesos accepts as an id
 */
public record FrameworkId(String value) implements Comparable<FrameworkId> {

    @Override
    public int compareTo(FrameworkId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
