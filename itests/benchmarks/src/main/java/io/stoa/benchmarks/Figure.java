package io.stoa.benchmarks;

/**
 * One line of the table.
 *
 * @param what was measured
 * @param value with its unit
 * @param target what is wanted, and whether it is met; empty where nothing is
 */
record Figure(String what, String value, String target) {

    Figure(String what, String value) {
        this(what, value, "");
    }

    static String verdict(String wanted, boolean met) {
        return wanted + (met ? ": met" : ": MISSED");
    }
}
