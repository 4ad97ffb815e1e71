package io.stoa.state.resources;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;

/** How much there is of one resource. Both sides of each operation are of the same kind. */
sealed interface ResourceValue {

    /** @param resource valid */
    static ResourceValue of(Resource resource) {
        return switch (resource.getType()) {
            case SCALAR -> new Scalar(Scalar.toMilli(resource.getScalar().getValue()));
            case RANGES -> Ranges.coalesced(ResourceValidator.bounds(resource.getRanges()));
            case SET -> Items.of(resource.getSet().getItemList());
            case TEXT -> throw new IllegalArgumentException("Unsupported resource type");
        };
    }

    boolean isEmpty();

    boolean contains(ResourceValue other);

    ResourceValue plus(ResourceValue other);

    /** What is left; empty rather than negative. */
    ResourceValue minus(ResourceValue other);

    void writeTo(Resource.Builder resource);

    /** In thousandths; of ranges and sets how many items they have. */
    long quantityMilli();

    /** @param milli the amount in thousandths, at least 0 */
    record Scalar(long milli) implements ResourceValue {

        /** As Mesos rounds: half away from zero; what no long can hold becomes the smallest one. */
        static long toMilli(double value) {
            double scaled = Math.abs(value) * 1000;
            if (!(scaled < 0x1p63)) {
                return Long.MIN_VALUE;
            }
            long floor = (long) scaled;
            long rounded = scaled - floor >= 0.5 ? floor + 1 : floor;
            return value < 0 ? -rounded : rounded;
        }

        @Override
        public boolean isEmpty() {
            return milli == 0;
        }

        @Override
        public boolean contains(ResourceValue other) {
            return ((Scalar) other).milli <= milli;
        }

        @Override
        public ResourceValue plus(ResourceValue other) {
            return new Scalar(Math.addExact(milli, ((Scalar) other).milli));
        }

        @Override
        public ResourceValue minus(ResourceValue other) {
            return new Scalar(Math.max(0, milli - ((Scalar) other).milli));
        }

        @Override
        public void writeTo(Resource.Builder resource) {
            // Two exact parts, so that 0.1 is the double that people write.
            long whole = milli / 1000;
            double value = whole + (milli % 1000) / 1000.0;
            resource.setScalar(Value.Scalar.newBuilder().setValue(value));
        }

        @Override
        public long quantityMilli() {
            return milli;
        }

        @Override
        public String toString() {
            String text =
                    milli / 1000 + "." + String.valueOf(milli % 1000 + 1000).substring(1);
            return text.replaceFirst("\\.?0+$", "");
        }
    }

    /** Items in the order in which they came; equal whatever the order. */
    record Items(Set<String> items) implements ResourceValue {

        static Items of(List<String> items) {
            return new Items(new LinkedHashSet<>(items));
        }

        @Override
        public boolean isEmpty() {
            return items.isEmpty();
        }

        @Override
        public boolean contains(ResourceValue other) {
            return items.containsAll(((Items) other).items);
        }

        @Override
        public ResourceValue plus(ResourceValue other) {
            Set<String> sum = new LinkedHashSet<>(items);
            sum.addAll(((Items) other).items);
            return new Items(sum);
        }

        @Override
        public ResourceValue minus(ResourceValue other) {
            Set<String> left = new LinkedHashSet<>(items);
            left.removeAll(((Items) other).items);
            return new Items(left);
        }

        @Override
        public void writeTo(Resource.Builder resource) {
            resource.setSet(Value.Set.newBuilder().addAllItem(items));
        }

        @Override
        public long quantityMilli() {
            return items.size() * 1000L;
        }

        @Override
        public String toString() {
            return "{" + String.join(", ", items) + "}";
        }
    }

    /** Closed ranges of unsigned numbers: sorted, neither overlapping nor adjacent. */
    final class Ranges implements ResourceValue {

        private static final long MAX_ITEMS = 100_000_000_000L;

        /** Begin and end by turns. */
        private final long[] bounds;

        private Ranges(long[] bounds) {
            this.bounds = bounds;
        }

        /** @param bounds begin and end by turns, each begin at most its end; in any order, overlapping or not */
        static Ranges coalesced(long[] bounds) {
            return new Ranges(RangeArithmetic.coalesce(bounds));
        }

        @Override
        public boolean isEmpty() {
            return bounds.length == 0;
        }

        @Override
        public boolean contains(ResourceValue other) {
            return RangeArithmetic.contains(bounds, ((Ranges) other).bounds);
        }

        @Override
        public ResourceValue plus(ResourceValue other) {
            long[] added = ((Ranges) other).bounds;
            long[] all = Arrays.copyOf(bounds, bounds.length + added.length);
            System.arraycopy(added, 0, all, bounds.length, added.length);
            return coalesced(all);
        }

        @Override
        public ResourceValue minus(ResourceValue other) {
            return new Ranges(RangeArithmetic.subtract(bounds, ((Ranges) other).bounds));
        }

        @Override
        public void writeTo(Resource.Builder resource) {
            Value.Ranges.Builder ranges = Value.Ranges.newBuilder();
            for (int i = 0; i < bounds.length; i += 2) {
                ranges.addRange(Value.Range.newBuilder().setBegin(bounds[i]).setEnd(bounds[i + 1]));
            }
            resource.setRanges(ranges);
        }

        /** No more than {@link #MAX_ITEMS} count, so that sums over a cluster stay exact. */
        @Override
        public long quantityMilli() {
            long items = 0;
            for (int i = 0; i < bounds.length; i += 2) {
                long more = bounds[i + 1] - bounds[i];
                items = more < 0 || more >= MAX_ITEMS ? MAX_ITEMS : Math.min(MAX_ITEMS, items + more + 1);
            }
            return items * 1000;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Ranges ranges && Arrays.equals(bounds, ranges.bounds);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bounds);
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("[");
            for (int i = 0; i < bounds.length; i += 2) {
                text.append(i == 0 ? "" : ", ").append(Long.toUnsignedString(bounds[i]));
                text.append('-').append(Long.toUnsignedString(bounds[i + 1]));
            }
            return text.append(']').toString();
        }
    }
}
