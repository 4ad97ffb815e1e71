package io.stoa.cli;

/** What a script learns from a command. Part of the command line's contract: numbers never change their meaning. */
public final class ExitCode {

    public static final int OK = 0;

    /** What was asked for did not work out; for {@code run}: a task ended badly without an exit status. */
    public static final int FAILED = 1;

    /** The command line is wrong. */
    public static final int USAGE = 2;

    /** No master answers, none leads, or the agent that is asked does not answer. */
    public static final int UNREACHABLE = 3;

    /** The master or the agent answers, but knows no such task, framework, agent, volume, container or file. */
    public static final int NOT_FOUND = 4;

    /** Whoever read what is printed is gone, as {@code head} is; what a shell makes of the end by SIGPIPE. */
    public static final int NOBODY_READS = 128 + 13;

    private ExitCode() {}
}
