package io.stoa.v1;

import io.stoa.proto.mesos.MesosVersion;
import io.stoa.v0.BuildFacts;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.Flag;
import org.apache.mesos.v1.Protos.Metric;
import org.apache.mesos.v1.Protos.VersionInfo;

/** What a server says of itself. */
public final class ServerMessages {

    private ServerMessages() {}

    public static VersionInfo version() {
        return VersionInfo.newBuilder()
                .setVersion(MesosVersion.EMULATED)
                .setBuildDate(BuildFacts.date())
                .setBuildTime(BuildFacts.timeS())
                .setBuildUser("")
                .build();
    }

    /** Sorted by name. */
    public static List<Flag> flags(Map<String, String> flags) {
        return new TreeMap<>(flags)
                .entrySet().stream()
                        .map(flag -> Flag.newBuilder()
                                .setName(flag.getKey())
                                .setValue(flag.getValue())
                                .build())
                        .toList();
    }

    /** All of them: none takes so long that the timeout of a call would matter. */
    public static List<Metric> metrics(SortedMap<String, Double> figures) {
        return figures.entrySet().stream()
                .map(figure -> Metric.newBuilder()
                        .setName(figure.getKey())
                        .setValue(figure.getValue())
                        .build())
                .toList();
    }
}
