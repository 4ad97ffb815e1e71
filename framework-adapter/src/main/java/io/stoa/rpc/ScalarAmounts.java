package io.stoa.rpc;

import java.util.Optional;

/** How much of something may be asked for at all, whatever there is. */
public final class ScalarAmounts {

    /** More than any cluster has; sums of a thousand of them are exact still. */
    private static final double MAX = 1e11;

    /** Resources are counted in thousandths; less is rounded to nothing. */
    private static final double MIN = 0.0005;

    private ScalarAmounts() {}

    /**
     * What is wrong with an amount, with actual and expected value.
     *
     * @param field what it stands for
     */
    public static Optional<String> invalidity(String field, double amount) {
        // Not the other way round: nothing is comparable with NaN.
        if (!(amount >= 0)) {
            return Optional.of(field + ": " + amount + " (expected: >= 0)");
        }
        if (amount > MAX) {
            return Optional.of(field + ": " + amount + " (expected: at most " + MAX + ")");
        }
        return amount > 0 && amount < MIN
                ? Optional.of(field + ": " + amount + " (expected: 0, or at least " + MIN + ")")
                : Optional.empty();
    }
}
