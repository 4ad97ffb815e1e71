package io.stoa.cli;

import java.math.BigDecimal;

/** Amounts of resources in tables: no digits that say nothing. */
public final class Amounts {

    private Amounts() {}

    /** {@code 0.5}, {@code 4}: at most the three decimals that Mesos keeps. */
    public static String of(double amount) {
        return BigDecimal.valueOf(Math.round(amount * 1000), 3)
                .stripTrailingZeros()
                .toPlainString();
    }

    static String used(double used, double total) {
        return of(used) + "/" + of(total);
    }
}
