package io.stoa.mesos.validation;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/** Numbers as Mesos' messages show them. */
final class MesosNumbers {

    private MesosNumbers() {}

    /** Six significant digits, {@code 1e+300}, {@code 0.1}, {@code 15}, as C++ streams print a double. */
    static String print(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        String[] parts = String.format("%.5e", value).split("e", 2);
        int exponent = Integer.parseInt(parts[1]);
        if (exponent < -4 || exponent >= 6) {
            return trimmed(parts[0]) + "e" + parts[1];
        }
        return trimmed(String.format("%." + (5 - exponent) + "f", value));
    }

    /** What is wrong with an amount of a resource. */
    static Optional<String> scalarInvalidity(double value) {
        if (Double.isInfinite(value)) {
            return Optional.of("Infinite values not supported");
        }
        if (Double.isNaN(value)) {
            return Optional.of("NaN not supported");
        }
        if (value != 0 && Math.abs(value) < Double.MIN_NORMAL) {
            return Optional.of("Subnormal values not supported");
        }
        return value < 0 ? Optional.of("Negative values not supported") : Optional.empty();
    }

    /** The value of a scalar resource: at most three decimals, {@code 0.1}, {@code -1}, {@code 1000}. */
    static String printScalar(double value) {
        return Double.isNaN(value) || Double.isInfinite(value)
                ? print(value)
                : new BigDecimal(value)
                        .setScale(3, RoundingMode.HALF_UP)
                        .stripTrailingZeros()
                        .toPlainString();
    }

    private static String trimmed(String digits) {
        return digits.contains(".") ? digits.replaceAll("0+$", "").replaceAll("\\.$", "") : digits;
    }
}
