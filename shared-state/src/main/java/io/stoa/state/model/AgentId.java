package io.stoa.state.model;

/**
 * The id of an agent, in Mesos' form {@code <master id>-S<n>}.
 *
 * @param value the text; may be anything that Mesos accepts as an id
 */
public record AgentId(String value) implements Comparable<AgentId> {

    @Override
    public int compareTo(AgentId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
