package io.stoa.flags;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;

/**
 * How the text of a flag is read.
 *
 * @param name what help and reference call it
 * @param fetched whether {@code file:///path} stands for the content of that file
 * @param parser throws {@link IllegalArgumentException} with Mesos' text for what it refuses
 */
public record FlagType<T>(String name, boolean fetched, Function<String, T> parser) {

    public static final FlagType<String> TEXT = new FlagType<>("text", true, Function.identity());
    public static final FlagType<Path> PATH = new FlagType<>("path", false, FlagType::path);
    public static final FlagType<Integer> INTEGER = new FlagType<>("integer", true, FlagType::integer);
    public static final FlagType<Double> DECIMAL = new FlagType<>("number", true, FlagType::decimal);
    public static final FlagType<Boolean> BOOLEAN = new FlagType<>("boolean", true, FlagType::bool);

    /** {@code 15secs}, {@code 500ms}, {@code 1.5hrs}. */
    public static final FlagType<Duration> DURATION = new FlagType<>("duration", true, FlagType::duration);

    /** {@code 64MB}; in bytes. */
    public static final FlagType<Long> BYTES = new FlagType<>("bytes", true, FlagType::bytes);

    private static Path path(String text) {
        String scheme = "file://";
        return Path.of(text.startsWith(scheme) ? text.substring(scheme.length()) : text);
    }

    private static Integer integer(String text) {
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("Failed to convert into required type", e);
        }
    }

    private static Double decimal(String text) {
        try {
            return Double.valueOf(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("Failed to convert into required type", e);
        }
    }

    private static Boolean bool(String text) {
        return switch (text) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw new IllegalArgumentException("Expecting a boolean (e.g., true or false)");
        };
    }

    private static Duration duration(String text) {
        int unitAt = endOfNumber(text, "0123456789.");
        if (unitAt == text.length()) {
            throw new IllegalArgumentException("Invalid duration '" + text + "'");
        }
        double value = number(text.substring(0, unitAt));
        double nanos = value * nanosPer(text.substring(unitAt));
        if (nanos > Long.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "Argument out of the range that a Duration can represent due" + " to int64_t's size limit");
        }
        return Duration.ofNanos((long) nanos);
    }

    private static long nanosPer(String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "us" -> 1_000;
            case "ms" -> 1_000_000;
            case "secs" -> Duration.ofSeconds(1).toNanos();
            case "mins" -> Duration.ofMinutes(1).toNanos();
            case "hrs" -> Duration.ofHours(1).toNanos();
            case "days" -> Duration.ofDays(1).toNanos();
            case "weeks" -> Duration.ofDays(7).toNanos();
            default ->
                throw new IllegalArgumentException("Unknown duration unit '" + unit + "'; supported units are"
                        + " 'ns', 'us', 'ms', 'secs', 'mins', 'hrs', 'days', and 'weeks'");
        };
    }

    private static Long bytes(String text) {
        int unitAt = endOfNumber(text, "0123456789");
        if (unitAt == text.length()) {
            throw new IllegalArgumentException("Invalid bytes '" + text + "'");
        }
        if (text.charAt(unitAt) == '.') {
            throw new IllegalArgumentException("Fractional bytes '" + text + "'");
        }
        String digits = text.substring(0, unitAt);
        String unit = text.substring(unitAt).toUpperCase(Locale.ROOT);
        int power = switch (unit) {
            case "B" -> 0;
            case "KB" -> 1;
            case "MB" -> 2;
            case "GB" -> 3;
            case "TB" -> 4;
            default -> throw new IllegalArgumentException("Unknown bytes unit '" + unit + "'");
        };
        try {
            return Math.multiplyExact(Long.parseLong(digits), 1L << (10 * power));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("Failed to convert '" + digits + "' to number", e);
        }
    }

    private static int endOfNumber(String text, String allowed) {
        int end = 0;
        while (end < text.length() && allowed.indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        return end;
    }

    private static double number(String digits) {
        try {
            return Double.parseDouble(digits);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("Failed to convert '" + digits + "' to number", e);
        }
    }
}
