package io.stoa.itests.golden;

/**
 * Something that is not as recorded.
 *
 * @param request the remark of the newest request, where the recording has one
 */
record Difference(double at, String connection, String request, String expected, String actual) {

    @Override
    public String toString() {
        return "+" + at + " " + connection + " " + request + "\n  expected: " + expected + "\n  actual:   " + actual;
    }
}
