package io.stoa.client.resources;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.jspecify.annotations.Nullable;

/**
 * An immutable bag of resources: what is free on a host, or what is to be claimed of it. To whom they are allocated is
 * no part of it. Scalars are exact to three decimals, as in Mesos.
 *
 * <p>Two resources of one name add up only where they are reserved for the same, on the same disk and so on; a volume,
 * a disk of its own and everything shared is one piece, which neither adds up nor can be divided. So a task that wants
 * {@code cpus} unreserved does not fit where they are reserved, and the other way round: {@link #choose} says which
 * ones to ask for.
 */
public final class Resources {

    public static final Resources EMPTY = new Resources(List.of());

    private final List<Entry> entries;

    private Resources(List<Entry> entries) {
        this.entries = entries;
    }

    private record Entry(ResourceKind kind, Amount amount) {

        boolean isWhole() {
            return kind.isWhole();
        }

        Resource toProto() {
            Resource.Builder message = kind.toBuilder();
            amount.writeTo(message);
            return message.build();
        }
    }

    /** @throws IllegalArgumentException where one is of no known type, or one of its ranges is none */
    public static Resources of(Iterable<Resource> resources) {
        List<Entry> sum = new ArrayList<>();
        for (Resource resource : resources) {
            add(sum, new Entry(ResourceKind.of(resource), Amount.of(resource)));
        }
        return of(sum);
    }

    private static Resources of(List<Entry> entries) {
        return entries.isEmpty() ? EMPTY : new Resources(entries);
    }

    /** What a task asks for, without its executor. */
    public static Resources of(TaskInfo task) {
        return of(task.getResourcesList());
    }

    /** What a task and the executor that it brings ask for: too much where that executor runs there already. */
    public static Resources withExecutor(TaskInfo task) {
        return of(task).plus(of(task.getExecutor().getResourcesList()));
    }

    /** What a pod asks for. */
    public static Resources ofGroup(ExecutorInfo executor, Collection<TaskInfo> tasks) {
        Resources sum = of(executor.getResourcesList());
        for (TaskInfo task : tasks) {
            sum = sum.plus(of(task));
        }
        return sum;
    }

    private static void add(List<Entry> sum, Entry more) {
        if (more.amount.isEmpty()) {
            return;
        }
        int mine = more.isWhole() ? -1 : indexOf(sum, more.kind, entry -> true);
        if (mine < 0) {
            sum.add(more);
        } else {
            sum.set(mine, new Entry(more.kind, sum.get(mine).amount.plus(more.amount)));
        }
    }

    private static int indexOf(List<Entry> entries, ResourceKind kind, Predicate<Entry> fits) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).kind.equals(kind) && fits.test(entries.get(i))) {
                return i;
            }
        }
        return -1;
    }

    private static int indexOf(List<Entry> entries, Entry wanted) {
        return indexOf(entries, wanted.kind, entry -> !wanted.isWhole() || entry.amount.equals(wanted.amount));
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** True where all of it is here. One copy of something shared is enough for any number of copies. */
    public boolean contains(Resources other) {
        List<Entry> left = new ArrayList<>(entries);
        for (Entry wanted : other.entries) {
            int mine = indexOf(left, wanted);
            if (mine < 0 || !left.get(mine).amount.contains(wanted.amount)) {
                return false;
            }
            if (wanted.isWhole() && !wanted.kind.isShared()) {
                left.remove(mine);
            }
        }
        return true;
    }

    /** True where what a task asks for, with the executor that it brings, is here. */
    public boolean fits(TaskInfo task) {
        return contains(withExecutor(task));
    }

    /** @throws ArithmeticException where a sum exceeds 2^63 thousandths */
    public Resources plus(Resources other) {
        if (other.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return other;
        }
        List<Entry> sum = new ArrayList<>(entries);
        other.entries.forEach(entry -> add(sum, entry));
        return of(sum);
    }

    /**
     * What is left; never negative: where {@code other} holds more of something, nothing of it is left. What is shared
     * stays.
     */
    public Resources minus(Resources other) {
        if (isEmpty() || other.isEmpty()) {
            return this;
        }
        List<Entry> left = new ArrayList<>(entries);
        for (Entry taken : other.entries) {
            int mine = taken.kind.isShared() ? -1 : indexOf(left, taken);
            if (mine >= 0) {
                Amount rest = left.get(mine).amount.minus(taken.amount);
                if (taken.isWhole() || rest.isEmpty()) {
                    left.remove(mine);
                } else {
                    left.set(mine, new Entry(taken.kind, rest));
                }
            }
        }
        return of(left);
    }

    /**
     * How much there is of that name over all reservations and disks, volumes included; 0 where there is none, or it is
     * no scalar.
     */
    public double scalar(String name) {
        long milli = 0;
        for (Entry entry : entries) {
            if (entry.kind.name().equals(name) && entry.amount instanceof Amount.Scalar scalar) {
                milli += scalar.milli();
            }
        }
        return milli / 1000.0;
    }

    /** How many numbers there are in the ranges of that name, over all reservations. */
    public long count(String name) {
        long count = 0;
        for (Entry entry : entries) {
            if (entry.kind.name().equals(name) && entry.amount instanceof PortRanges ranges) {
                count += ranges.count();
            }
        }
        return count;
    }

    /** What a task in that role may have: what is unreserved, or reserved for the role or one above it. */
    public Resources usableBy(String role) {
        return filter(kind -> kind.isUsableBy(role));
    }

    public Resources unreserved() {
        return filter(kind -> !kind.isReserved());
    }

    /** Those that one holder has for itself. */
    public Resources unshared() {
        return filter(kind -> !kind.isShared());
    }

    private Resources filter(Predicate<ResourceKind> wanted) {
        List<Entry> chosen = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            if (wanted.test(entry.kind)) {
                chosen.add(entry);
            }
        }
        return chosen.size() == entries.size() ? this : of(chosen);
    }

    /**
     * Which of these resources to claim for a task: reserved ones first, ports from the lowest up; no volumes, no disks
     * of their own, nothing revocable.
     *
     * @param role in which the task is to run
     * @return empty where there is not enough
     */
    public Optional<Resources> choose(String role, Demand demand) {
        List<Entry> plain = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            if (entry.kind.isPlain() && entry.kind.isUsableBy(role)) {
                plain.add(entry.kind.isReserved() ? 0 : plain.size(), entry);
            }
        }
        List<Entry> chosen = new ArrayList<>();
        boolean enough = true;
        for (Map.Entry<String, Double> scalar : demand.scalars().entrySet()) {
            enough = enough && chooseScalar(plain, scalar.getKey(), Amount.milli(scalar.getValue()), chosen);
        }
        return enough && choosePorts(plain, demand.ports(), chosen) ? Optional.of(of(chosen)) : Optional.empty();
    }

    private static boolean chooseScalar(List<Entry> plain, String name, long milli, List<Entry> chosen) {
        long missing = milli;
        for (Entry entry : plain) {
            if (missing > 0 && entry.kind.name().equals(name) && entry.amount instanceof Amount.Scalar scalar) {
                long taken = Math.min(missing, scalar.milli());
                chosen.add(new Entry(entry.kind, new Amount.Scalar(taken)));
                missing -= taken;
            }
        }
        return missing <= 0;
    }

    private static boolean choosePorts(List<Entry> plain, int count, List<Entry> chosen) {
        int missing = count;
        for (Entry entry : plain) {
            if (missing > 0 && entry.kind.name().equals("ports") && entry.amount instanceof PortRanges ranges) {
                PortRanges taken = ranges.lowest(missing);
                chosen.add(new Entry(entry.kind, taken));
                missing -= (int) taken.count();
            }
        }
        return missing == 0;
    }

    /** The numbers in the ranges named {@code ports}, ascending within each range; as many as {@link #count} says. */
    public int[] ports() {
        return entries.stream()
                .filter(entry -> entry.kind.name().equals("ports"))
                .flatMap(entry -> entry.amount instanceof PortRanges ranges ? ranges.spans().stream() : Stream.empty())
                .flatMapToInt(span -> IntStream.rangeClosed((int) span.begin(), (int) span.end()))
                .toArray();
    }

    /** For messages, without {@code allocation_info}. */
    public List<Resource> toProto() {
        Resource[] messages = new Resource[entries.size()];
        Arrays.setAll(messages, i -> entries.get(i).toProto());
        return List.of(messages);
    }

    /** Equal whatever the order. */
    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof Resources resources) || entries.size() != resources.entries.size()) {
            return false;
        }
        List<Entry> left = new ArrayList<>(resources.entries);
        return entries.stream().allMatch(left::remove);
    }

    @Override
    public int hashCode() {
        int hash = 0;
        for (Entry entry : entries) {
            hash += entry.hashCode();
        }
        return hash;
    }

    /** {@code cpus:4; mem(role):1024; ports:[31000-32000]}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Entry entry : entries) {
            text.append(text.length() == 0 ? "" : "; ")
                    .append(entry.kind)
                    .append(':')
                    .append(entry.amount);
        }
        return text.toString();
    }
}
