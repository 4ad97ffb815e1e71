package io.stoa.client.resources;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;

/** Numbers from 0 to 2^63 - 1, as closed ranges: in order, neither overlapping nor touching. */
record PortRanges(List<Span> spans) implements Amount {

    /** Both ends belong to it. */
    record Span(long begin, long end) {

        Span {
            if (begin < 0 || end < begin) {
                throw new IllegalArgumentException(
                        "range: " + begin + "-" + end + " (expected: 0 <= begin <= end < 2^63)");
            }
        }
    }

    PortRanges {
        spans = List.copyOf(spans);
    }

    static PortRanges of(Value.Ranges ranges) {
        List<Span> spans = new ArrayList<>(ranges.getRangeCount());
        for (Value.Range range : ranges.getRangeList()) {
            spans.add(new Span(range.getBegin(), range.getEnd()));
        }
        return coalesced(spans);
    }

    private static PortRanges coalesced(List<Span> spans) {
        List<Span> sorted = new ArrayList<>(spans);
        sorted.sort(Comparator.comparingLong(Span::begin));
        List<Span> joined = new ArrayList<>(sorted.size());
        for (Span span : sorted) {
            Span last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            if (last != null && span.begin - 1 <= last.end) {
                joined.set(joined.size() - 1, new Span(last.begin, Math.max(last.end, span.end)));
            } else {
                joined.add(span);
            }
        }
        return new PortRanges(joined);
    }

    @Override
    public boolean isEmpty() {
        return spans.isEmpty();
    }

    @Override
    public boolean contains(Amount other) {
        return ((PortRanges) other).minus(this).isEmpty();
    }

    @Override
    public PortRanges plus(Amount other) {
        List<Span> all = new ArrayList<>(spans);
        all.addAll(((PortRanges) other).spans);
        return coalesced(all);
    }

    @Override
    public PortRanges minus(Amount other) {
        List<Span> cuts = ((PortRanges) other).spans;
        List<Span> left = new ArrayList<>(spans.size() + cuts.size());
        int first = 0;
        for (Span span : spans) {
            while (first < cuts.size() && cuts.get(first).end < span.begin) {
                first++;
            }
            long begin = span.begin;
            for (int i = first; i < cuts.size() && cuts.get(i).begin <= span.end && begin <= span.end; i++) {
                if (begin < cuts.get(i).begin) {
                    left.add(new Span(begin, cuts.get(i).begin - 1));
                }
                begin = cuts.get(i).end == Long.MAX_VALUE ? Long.MAX_VALUE : cuts.get(i).end + 1;
            }
            if (begin <= span.end && !(begin == Long.MAX_VALUE && endsWithCut(cuts))) {
                left.add(new Span(begin, span.end));
            }
        }
        return new PortRanges(left);
    }

    private static boolean endsWithCut(List<Span> cuts) {
        return !cuts.isEmpty() && cuts.get(cuts.size() - 1).end == Long.MAX_VALUE;
    }

    /** The lowest numbers; fewer where there are fewer. */
    PortRanges lowest(int count) {
        List<Span> taken = new ArrayList<>();
        long missing = count;
        for (Span span : spans) {
            if (missing <= 0) {
                break;
            }
            long end = span.end - span.begin < missing ? span.end : span.begin + missing - 1;
            taken.add(new Span(span.begin, end));
            missing -= end - span.begin + 1;
        }
        return new PortRanges(taken);
    }

    long count() {
        long count = 0;
        for (Span span : spans) {
            long more = span.end - span.begin;
            count = count + more < 0 ? Long.MAX_VALUE - 1 : count + more + 1;
        }
        return count;
    }

    @Override
    public void writeTo(Resource.Builder resource) {
        Value.Ranges.Builder ranges = Value.Ranges.newBuilder();
        for (Span span : spans) {
            ranges.addRange(Value.Range.newBuilder().setBegin(span.begin).setEnd(span.end));
        }
        resource.setType(Value.Type.RANGES).setRanges(ranges);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (Span span : spans) {
            text.append(text.length() == 1 ? "" : ", ")
                    .append(span.begin)
                    .append('-')
                    .append(span.end);
        }
        return text.append(']').toString();
    }
}
