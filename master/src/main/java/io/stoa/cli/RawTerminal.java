package io.stoa.cli;

import io.stoa.agent.Signals;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.mesos.v1.Protos.TTYInfo.WindowSize;

/** The user's terminal while it stands for one in a container: whatever is typed is sent on, Ctrl-C and Ctrl-D too. */
final class RawTerminal implements AutoCloseable {

    private static final File TERMINAL = new File("/dev/tty");

    private final String before;
    private final Thread restoring = new Thread(this::restore, "terminal");

    private RawTerminal(String before) {
        this.before = before;
    }

    /**
     * @param option that asks for it
     * @throws CommandException where there is no terminal
     */
    static RawTerminal open(String option) {
        if (!isThere()) {
            throw new CommandException(ExitCode.USAGE, option + " needs a terminal, and this command has none");
        }
        RawTerminal terminal = new RawTerminal(stty("-g"));
        Runtime.getRuntime().addShutdownHook(terminal.restoring);
        String unused = stty("raw", "-echo");
        return terminal;
    }

    /** The file is there in any case. */
    private static boolean isThere() {
        try {
            new FileInputStream(TERMINAL).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Empty where it does not say. */
    Optional<WindowSize> size() {
        String[] size = stty("size").split(" ", 2);
        if (size.length < 2 || !size[0].matches("[1-9][0-9]*") || !size[1].matches("[1-9][0-9]*")) {
            return Optional.empty();
        }
        return Optional.of(WindowSize.newBuilder()
                .setRows(Integer.parseInt(size[0]))
                .setColumns(Integer.parseInt(size[1]))
                .build());
    }

    /** @param resized called on a thread of its own whenever the window has another size */
    void onResize(Runnable resized) {
        Signals.handle("WINCH", resized);
    }

    /** It is as it was before; may be done again. */
    void restore() {
        String unused = stty(before);
    }

    @Override
    public void close() {
        restore();
        Runtime.getRuntime().removeShutdownHook(restoring);
    }

    private static String stty(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "stty";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        try {
            Process stty = new ProcessBuilder(command)
                    .redirectInput(TERMINAL)
                    .redirectErrorStream(true)
                    .start();
            String said = new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (stty.waitFor() != 0) {
                throw new CommandException(ExitCode.FAILED, "the terminal cannot be set: " + said);
            }
            return said;
        } catch (IOException e) {
            throw new CommandException(ExitCode.FAILED, "the terminal cannot be set: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.FAILED, "interrupted");
        }
    }
}
