package io.stoa.cli;

import java.util.concurrent.TimeUnit;

/** A command's only thread has nothing to do until a while later. */
public final class Waiting {

    private Waiting() {}

    public static void ms(long ms) {
        try {
            TimeUnit.MILLISECONDS.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.FAILED, "interrupted");
        }
    }
}
