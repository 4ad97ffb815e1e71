package io.stoa.detector;

import java.util.List;
import java.util.Optional;

/** The znodes by which masters contend: {@code json.info_} and ten digits; the lowest is the leader's. */
public final class LeaderNodes {

    public static final String PREFIX = "json.info_";

    private LeaderNodes() {}

    /** @param children the names of all children of the masters' parent, others among them */
    public static Optional<String> lowest(List<String> children) {
        return children.stream().filter(name -> name.startsWith(PREFIX)).min(String::compareTo);
    }
}
