package io.stoa.proto.json;

import com.fasterxml.jackson.core.io.NumberOutput;

/**
 * Prints doubles as Mesos does: the shortest digits that read back the same, {@code 15.0}, {@code 0.5}, {@code 1e30}.
 */
final class Decimals {

    /** From here on the exponent is written out. */
    private static final int MAX_PLAIN_DIGITS = 21;

    /** Below 0.000001 the exponent is written out. */
    private static final int MAX_LEADING_ZEROS = 6;

    private Decimals() {}

    /** The JSON text of a number; infinities come as quoted words and a NaN bare, as in Mesos. */
    static String toJson(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return (value == 0 && 1 / value < 0 ? "-0" : Long.toString((long) value)) + ".0";
        }
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
        }
        return relaid(NumberOutput.toString(value, true));
    }

    /** Takes the digits and the exponent out of Java's notation and lays them out in Mesos'. */
    private static String relaid(String java) {
        int from = java.charAt(0) == '-' ? 1 : 0;
        int e = java.indexOf('E');
        int mantissaEnd = e < 0 ? java.length() : e;
        int dot = java.indexOf('.');
        int point = dot - from + (e < 0 ? 0 : Integer.parseInt(java, e + 1, java.length(), 10));
        StringBuilder digits = new StringBuilder(24).append(java, from, dot).append(java, dot + 1, mantissaEnd);
        while (digits.length() > 1 && digits.charAt(0) == '0') {
            digits.deleteCharAt(0);
            point--;
        }
        while (digits.length() > 1 && digits.charAt(digits.length() - 1) == '0') {
            digits.setLength(digits.length() - 1);
        }
        return (from == 1 ? "-" : "") + laidOut(digits, point);
    }

    /** @param point where the decimal point belongs, counted from the first digit */
    private static CharSequence laidOut(StringBuilder digits, int point) {
        int count = digits.length();
        if (point >= count && point <= MAX_PLAIN_DIGITS) {
            return digits.append("0".repeat(point - count)).append(".0");
        }
        if (point > 0 && point <= MAX_PLAIN_DIGITS) {
            return digits.insert(point, '.');
        }
        if (point <= 0 && point > -MAX_LEADING_ZEROS) {
            return digits.insert(0, "0." + "0".repeat(-point));
        }
        if (count > 1) {
            digits.insert(1, '.');
        }
        return digits.append('e').append(point - 1);
    }
}
