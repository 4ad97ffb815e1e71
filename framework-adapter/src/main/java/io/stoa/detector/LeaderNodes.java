package io.stoa.detector;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The znodes by which masters contend: {@code json.info_} and ten digits; the lowest is the leader's. Beside each, one
 * number further, lies {@code info_} for clients that read only the form which Mesos wrote before 0.24: both are made
 * and removed in one step, so that their order among the masters is the same.
 */
public final class LeaderNodes {

    /** Holds a MasterInfo as JSON. */
    public static final String PREFIX = "json.info_";

    /** Holds a MasterInfo as protobuf. */
    public static final String OLD_PREFIX = "info_";

    private LeaderNodes() {}

    /** @param children the names of all children of the masters' parent, others among them */
    public static Optional<String> lowest(List<String> children) {
        return children.stream().filter(name -> name.startsWith(PREFIX)).min(String::compareTo);
    }

    /** Whether it is one of either kind. */
    public static boolean isCandidacy(String name) {
        return name.startsWith(PREFIX) || name.startsWith(OLD_PREFIX);
    }

    /**
     * The name of the protobuf that was made together with the JSON.
     *
     * @param json a name that begins with {@link #PREFIX}
     * @throws IllegalArgumentException where no number follows
     */
    public static String oldOf(String json) {
        int number = Integer.parseInt(json.substring(PREFIX.length()));
        return String.format(Locale.ROOT, "%s%010d", OLD_PREFIX, number + 1);
    }
}
