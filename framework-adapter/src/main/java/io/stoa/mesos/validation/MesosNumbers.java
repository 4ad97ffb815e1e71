package io.stoa.mesos.validation;

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

    private static String trimmed(String digits) {
        return digits.contains(".") ? digits.replaceAll("0+$", "").replaceAll("\\.$", "") : digits;
    }
}
