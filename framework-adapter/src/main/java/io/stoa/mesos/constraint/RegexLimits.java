package io.stoa.mesos.constraint;

/**
 * How costly the regular expression of a constraint may be.
 *
 * @param maxMemBytes what it may take, reckoned at {@link #BYTES_PER_INSTRUCTION}
 * @param maxProgramSize of how many instructions it may consist
 */
public record RegexLimits(long maxMemBytes, int maxProgramSize) {

    /** What an instruction takes in RE2. */
    static final int BYTES_PER_INSTRUCTION = 8;

    /** Mesos' defaults. */
    public static final RegexLimits DEFAULTS = new RegexLimits(4096, 100);
}
