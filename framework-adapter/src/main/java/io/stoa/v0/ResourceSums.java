package io.stoa.v0;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.proto.json.MesosJson;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;

/**
 * Resources added up as Mesos' v0 endpoints show them: by name, whatever their roles, revocable ones apart; ranges and
 * sets are united.
 */
public final class ResourceSums {

    // Printed in any case. Fields, since sums are taken over all tasks of a cluster.
    private long diskMilli;
    private long memMilli;
    private long gpusMilli;
    private long cpusMilli;

    private final Map<String, Long> otherMilli = new LinkedHashMap<>();
    /** Begin to end; closed ranges of unsigned numbers that neither overlap nor touch. */
    private final Map<String, NavigableMap<Long, Long>> ranges = new LinkedHashMap<>();

    private final Map<String, Set<String>> sets = new LinkedHashMap<>();

    public static ResourceSums of(Iterable<Resource> resources) {
        ResourceSums sums = new ResourceSums();
        sums.add(resources);
        return sums;
    }

    public void add(Iterable<Resource> resources) {
        for (Resource resource : resources) {
            add(resource);
        }
    }

    private void add(Resource resource) {
        String name = resource.hasRevocable() ? resource.getName() + "_revocable" : resource.getName();
        switch (resource.getType()) {
            case SCALAR -> add(name, Math.round(resource.getScalar().getValue() * 1000));
            case RANGES -> {
                NavigableMap<Long, Long> known = rangesOf(name);
                for (Value.Range range : resource.getRanges().getRangeList()) {
                    unite(known, range.getBegin(), range.getEnd());
                }
            }
            case SET ->
                sets.computeIfAbsent(name, any -> new LinkedHashSet<>())
                        .addAll(resource.getSet().getItemList());
            case TEXT -> {} // No resource is a text; Mesos shows none either.
        }
    }

    private void add(String name, long milli) {
        switch (name) {
            case "disk" -> diskMilli += milli;
            case "mem" -> memMilli += milli;
            case "gpus" -> gpusMilli += milli;
            case "cpus" -> cpusMilli += milli;
            default -> otherMilli.merge(name, milli, Long::sum);
        }
    }

    public void add(ResourceSums others) {
        diskMilli += others.diskMilli;
        memMilli += others.memMilli;
        gpusMilli += others.gpusMilli;
        cpusMilli += others.cpusMilli;
        others.otherMilli.forEach(this::add);
        others.ranges.forEach((name, added) -> added.forEach((begin, end) -> unite(rangesOf(name), begin, end)));
        others.sets.forEach((name, items) ->
                sets.computeIfAbsent(name, any -> new LinkedHashSet<>()).addAll(items));
    }

    private NavigableMap<Long, Long> rangesOf(String name) {
        return ranges.computeIfAbsent(name, any -> new TreeMap<>(Long::compareUnsigned));
    }

    private static void unite(NavigableMap<Long, Long> known, long begin, long end) {
        long from = begin;
        long to = end;
        Map.Entry<Long, Long> before = known.floorEntry(begin);
        if (before != null && reaches(before.getValue(), begin)) {
            if (Long.compareUnsigned(before.getValue(), end) >= 0) {
                return;
            }
            from = before.getKey();
        }
        for (Map.Entry<Long, Long> next = known.higherEntry(from);
                next != null && reaches(to, next.getKey());
                next = known.higherEntry(from)) {
            to = Long.compareUnsigned(to, next.getValue()) < 0 ? next.getValue() : to;
            known.remove(next.getKey());
        }
        known.put(from, to);
    }

    private static boolean reaches(long end, long begin) {
        return Long.compareUnsigned(begin, end) <= 0 || begin == end + 1;
    }

    /** Writes one object. */
    public void write(String field, JsonGenerator out) throws IOException {
        out.writeObjectFieldStart(field);
        scalar("disk", diskMilli, out);
        scalar("mem", memMilli, out);
        scalar("gpus", gpusMilli, out);
        scalar("cpus", cpusMilli, out);
        for (Map.Entry<String, Long> other : otherMilli.entrySet()) {
            scalar(other.getKey(), other.getValue(), out);
        }
        for (Map.Entry<String, NavigableMap<Long, Long>> named : ranges.entrySet()) {
            out.writeStringField(named.getKey(), text(named.getValue()));
        }
        for (Map.Entry<String, Set<String>> named : sets.entrySet()) {
            out.writeStringField(named.getKey(), "{" + String.join(", ", named.getValue()) + "}");
        }
        out.writeEndObject();
    }

    private static void scalar(String name, long milli, JsonGenerator out) throws IOException {
        out.writeFieldName(name);
        MesosJson.writeDouble(milli / 1000.0, out);
    }

    private static String text(Map<Long, Long> bounds) {
        return bounds.entrySet().stream()
                .map(range -> Long.toUnsignedString(range.getKey()) + "-" + Long.toUnsignedString(range.getValue()))
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
