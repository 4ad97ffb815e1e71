package io.stoa.mesos.constraint;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Map;

/** Regular expressions in RE2's syntax, refused in RE2's words. */
final class Regexes {

    private static final Map<String, String> RE2_WORDS = Map.of(
            "missing closing ]", "missing ]",
            "missing closing )", "missing )",
            "missing argument to repetition operator", "no argument for repetition operator",
            "invalid nested repetition operator", "bad repetition operator",
            "invalid repeat count", "invalid repetition size",
            "invalid or unsupported Perl syntax", "invalid perl operator",
            "trailing backslash at end of expression", "trailing \\",
            "invalid named capture", "invalid named capture group",
            "duplicate capture group name", "invalid named capture group");

    private Regexes() {}

    /** @throws IllegalArgumentException with Mesos' text where it is malformed or too costly */
    static Pattern compile(String regex, RegexLimits limits) {
        if (RegexWeight.of(regex) > limits.maxMemBytes() / RegexLimits.BYTES_PER_INSTRUCTION) {
            throw malformed(regex, "pattern too large - compile failed");
        }
        Pattern pattern;
        try {
            pattern = Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw malformed(regex, inRe2Words(regex, e));
        }
        if (pattern.programSize() > limits.maxProgramSize()) {
            throw new IllegalArgumentException("Regex '" + regex + "' is too complex: program size of "
                    + pattern.programSize() + " is larger than maximum of " + limits.maxProgramSize() + " allowed");
        }
        return pattern;
    }

    private static String inRe2Words(String regex, PatternSyntaxException e) {
        String text = e.getDescription();
        if (text.startsWith("regexp/syntax: internal error")) {
            // RE2/J's way to say that a group ends which never began.
            return "missing ): " + regex;
        }
        String words = RE2_WORDS.getOrDefault(text, text);
        return e.getPattern().isEmpty() ? words : words + ": " + e.getPattern();
    }

    private static IllegalArgumentException malformed(String regex, String why) {
        return new IllegalArgumentException("Failed to construct regex from pattern '" + regex + "': " + why);
    }
}
