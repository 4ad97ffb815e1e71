package io.stoa.cli;

/** Ends a command with one line for the user and an exit code. */
public class CommandException extends RuntimeException {

    private final int exitCode;

    /**
     * @param exitCode one of {@link ExitCode}
     * @param message one line, without a full stop
     */
    public CommandException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
