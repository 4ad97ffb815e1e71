package io.stoa.client.resources;

import java.util.Set;
import java.util.TreeSet;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;

/** How much there is of one resource. The arguments of the operations are of the same kind. */
sealed interface Amount permits Amount.Scalar, Amount.Items, PortRanges {

    static Amount of(Resource resource) {
        return switch (resource.getType()) {
            case SCALAR -> new Scalar(milli(resource.getScalar().getValue()));
            case RANGES -> PortRanges.of(resource.getRanges());
            case SET -> new Items(new TreeSet<>(resource.getSet().getItemList()));
            default ->
                throw new IllegalArgumentException(
                        resource.getName() + ": of type " + resource.getType() + " (expected: SCALAR, RANGES or SET)");
        };
    }

    boolean isEmpty();

    boolean contains(Amount other);

    Amount plus(Amount other);

    /** Never negative. */
    Amount minus(Amount other);

    void writeTo(Resource.Builder resource);

    /** Scalars are exact to three decimals, as in Mesos. */
    static long milli(double value) {
        return Math.round(value * 1000);
    }

    /** Thousandths. */
    record Scalar(long milli) implements Amount {

        @Override
        public boolean isEmpty() {
            return milli == 0;
        }

        @Override
        public boolean contains(Amount other) {
            return milli >= ((Scalar) other).milli;
        }

        @Override
        public Amount plus(Amount other) {
            return new Scalar(Math.addExact(milli, ((Scalar) other).milli));
        }

        @Override
        public Amount minus(Amount other) {
            return new Scalar(Math.max(0, milli - ((Scalar) other).milli));
        }

        @Override
        public void writeTo(Resource.Builder resource) {
            resource.setType(Value.Type.SCALAR)
                    .setScalar(Value.Scalar.newBuilder().setValue(milli / 1000.0));
        }

        @Override
        public String toString() {
            return milli % 1000 == 0 ? Long.toString(milli / 1000) : Double.toString(milli / 1000.0);
        }
    }

    /** Names. */
    record Items(Set<String> items) implements Amount {

        @Override
        public boolean isEmpty() {
            return items.isEmpty();
        }

        @Override
        public boolean contains(Amount other) {
            return items.containsAll(((Items) other).items);
        }

        @Override
        public Amount plus(Amount other) {
            Set<String> sum = new TreeSet<>(items);
            sum.addAll(((Items) other).items);
            return new Items(sum);
        }

        @Override
        public Amount minus(Amount other) {
            Set<String> left = new TreeSet<>(items);
            left.removeAll(((Items) other).items);
            return new Items(left);
        }

        @Override
        public void writeTo(Resource.Builder resource) {
            resource.setType(Value.Type.SET).setSet(Value.Set.newBuilder().addAllItem(items));
        }

        @Override
        public String toString() {
            return "{" + String.join(", ", items) + "}";
        }
    }
}
