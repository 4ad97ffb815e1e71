package io.stoa.cli;

import java.math.BigDecimal;

/** Amounts of resources in tables: no digits that say nothing. */
public final class Amounts {

    private static final int MAX_DIGITS = 15;

    private Amounts() {}

    /** {@code 0.5}, {@code 4}: at most the three decimals that Mesos keeps. */
    public static String of(double amount) {
        return BigDecimal.valueOf(Math.round(amount * 1000), 3)
                .stripTrailingZeros()
                .toPlainString();
    }

    /** With all its digits, as long as they are few enough to read: {@code 2.5}, {@code 0.0001}, {@code 1E+308}. */
    static String exactly(double number) {
        BigDecimal decimal = BigDecimal.valueOf(number).stripTrailingZeros();
        return Math.abs(decimal.precision() - decimal.scale()) > MAX_DIGITS
                ? decimal.toString()
                : decimal.toPlainString();
    }

    static String used(double used, double total) {
        return of(used) + "/" + of(total);
    }
}
