package io.stoa.mesos.constraint;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * About how many instructions a regular expression compiles to, found without compiling it: repetitions within
 * repetitions make a few characters cost any amount of time and memory, and RE2/J does not stop at that. Never less
 * than what it compiles to, but for a few instructions.
 */
final class RegexWeight {

    /** The beginning and the end of what a group captures, and that it may be empty. */
    private static final int GROUP = 3;

    private static final long MAX = Integer.MAX_VALUE;

    private static final int MAX_DIGITS = 5;

    /** {@code {n}}, {@code {n,}} and {@code {n,m}}. */
    private static final Pattern BOUNDS = Pattern.compile("\\{([0-9]++)(,([0-9]*+))?+\\}");

    private final String regex;
    private final Deque<Long> outer = new ArrayDeque<>();
    private long before;
    private long last;
    private int at;

    private RegexWeight(String regex) {
        this.regex = regex;
    }

    /** Malformed ones have some weight, too; two thousand millions stand for anything heavier. */
    static long of(String regex) {
        return new RegexWeight(regex).weigh();
    }

    private long weigh() {
        while (at < regex.length()) {
            switch (regex.charAt(at)) {
                case '(' -> open();
                case ')' -> close();
                case '[' -> atom(endOfClass());
                case '\\' -> escape();
                case '{' -> repeat();
                case '*', '+', '?' -> {
                    last += 2;
                    at++;
                }
                default -> atom(at + 1);
            }
        }
        while (!outer.isEmpty()) {
            close();
        }
        return Math.min(MAX, before + last);
    }

    private void atom(int end) {
        before = Math.min(MAX, before + last);
        last = 1;
        at = end;
    }

    private void open() {
        int flagsEnd = endOfFlags();
        if (flagsEnd > 0) {
            // What is repeated behind it is what stands before it.
            at = flagsEnd;
        } else {
            atom(at + 1);
            outer.push(before);
            before = GROUP;
            last = 0;
        }
    }

    /** Behind {@code (?i)} and its like; 0 where there is something else. */
    private int endOfFlags() {
        int i = at + 2;
        if (!regex.startsWith("(?", at)) {
            return 0;
        }
        while (i < regex.length() && "imsU-".indexOf(regex.charAt(i)) >= 0) {
            i++;
        }
        return regex.startsWith(")", i) ? i + 1 : 0;
    }

    private void close() {
        long group = Math.min(MAX, before + last);
        before = outer.isEmpty() ? 0 : outer.pop();
        last = group;
        at++;
    }

    /** Braces that do not hold numbers are text. */
    private void repeat() {
        Matcher bounds = BOUNDS.matcher(regex).region(at, regex.length());
        if (!bounds.lookingAt()) {
            atom(at + 1);
            return;
        }
        // Where the number of copies is not fixed, each takes a choice besides.
        long perCopy = bounds.group(2) == null ? 1 : 2;
        long copies = Math.max(number(bounds.group(1)), number(bounds.group(3)));
        last = Math.min(MAX, last * copies * perCopy + 1);
        at = bounds.end();
    }

    private static long number(@Nullable String digits) {
        if (digits == null || digits.isEmpty()) {
            return 1;
        }
        return digits.length() > MAX_DIGITS ? MAX : Long.parseLong(digits);
    }

    private void escape() {
        if (regex.startsWith("\\Q", at)) {
            int end = regex.indexOf("\\E", at + 2);
            int textEnd = end < 0 ? regex.length() : end;
            before = Math.min(MAX, before + last + textEnd - (at + 2));
            last = 1;
            at = end < 0 ? textEnd : end + 2;
        } else {
            atom(endOfEscape());
        }
    }

    private int endOfEscape() {
        int end = Math.min(regex.length(), at + 2);
        boolean mayHaveBraces = end < regex.length() && "xpP".indexOf(regex.charAt(end - 1)) >= 0;
        if (mayHaveBraces && regex.charAt(end) == '{') {
            int brace = regex.indexOf('}', end);
            return brace < 0 ? regex.length() : brace + 1;
        }
        return end;
    }

    private int endOfClass() {
        int i = at + 1;
        i += regex.startsWith("^", i) ? 1 : 0;
        i += regex.startsWith("]", i) ? 1 : 0;
        while (i < regex.length() && regex.charAt(i) != ']') {
            int named = regex.startsWith("[:", i) ? regex.indexOf(":]", i + 2) : -1;
            if (named >= 0) {
                i = named + 2;
            } else {
                i += regex.charAt(i) == '\\' ? 2 : 1;
            }
        }
        return Math.min(regex.length(), i + 1);
    }
}
