package io.stoa.cli;

import java.io.IOException;

/** What a command prints cannot be written: it ends, wherever it is. */
final class OutputException extends CommandException {

    /** What the system says of a pipe; the launcher sees to its language. */
    private static final String BROKEN_PIPE = "Broken pipe";

    /** @param stream stdout or stderr */
    OutputException(String stream, IOException cause) {
        super(
                BROKEN_PIPE.equals(cause.getMessage()) ? ExitCode.NOBODY_READS : ExitCode.FAILED,
                "cannot write to " + stream + ": " + cause.getMessage());
    }
}
