package io.stoa.examples;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of a task: {@code web.3.4} is the try number 4 of the instance number 3 of {@code web}, both counted from 0.
 *
 * <p>Whoever decides to run this try makes this id, and no other: where two instances of a scheduler do so at the same
 * moment, one of the claims conflicts (duplicate task) instead of running it twice.
 */
public record WorkId(String name, int number, int attempt) implements Comparable<WorkId> {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,60}");
    private static final Pattern ID = Pattern.compile("(" + NAME + ")\\.([0-9]{1,9})\\.([0-9]{1,9})");
    private static final Comparator<WorkId> ORDER =
            Comparator.comparing(WorkId::name).thenComparingInt(WorkId::number).thenComparingInt(WorkId::attempt);

    public WorkId {
        requireName(name);
        if (number < 0 || attempt < 0) {
            throw new IllegalArgumentException(
                    "number and attempt of " + name + ": " + number + ", " + attempt + " (expected: >= 0)");
        }
    }

    /** @throws IllegalArgumentException where a name cannot be part of such an id */
    public static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name: '" + name + "' (expected: " + NAME + ")");
        }
    }

    /** Empty where somebody else made the id. */
    public static Optional<WorkId> parse(String taskId) {
        Matcher parts = ID.matcher(taskId);
        return parts.matches()
                ? Optional.of(
                        new WorkId(parts.group(1), Integer.parseInt(parts.group(2)), Integer.parseInt(parts.group(3))))
                : Optional.empty();
    }

    /** What the tries have in common. */
    public WorkId first() {
        return new WorkId(name, number, 0);
    }

    public WorkId next() {
        return new WorkId(name, number, attempt + 1);
    }

    @Override
    public int compareTo(WorkId other) {
        return ORDER.compare(this, other);
    }

    /** The task id. */
    @Override
    public String toString() {
        return name + "." + number + "." + attempt;
    }
}
