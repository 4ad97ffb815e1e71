package io.stoa.flags;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program whose flags are made by {@link ServerFlags}, from its command line to its exit code: 0, or 1 for whatever
 * goes wrong, as in Mesos.
 *
 * @param name {@code master} or {@code agent}
 * @param mesosVersion what {@code --version} shows
 * @param flags what it takes
 * @param body what it does
 */
public record ServerProgram(String name, String mesosVersion, FlagSet flags, Body body) {

    private static final Logger LOG = LoggerFactory.getLogger(ServerProgram.class);
    private static final int FAILED = 1;

    /** Runs until the server ends. What it throws is one line for people. */
    @FunctionalInterface
    public interface Body {
        void run(FlagValues flags) throws IOException, InterruptedException;
    }

    public int run(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        if (FlagSet.wantsHelp(arguments)) {
            out.print(flags.help());
            return 0;
        }
        if (arguments.contains("--version")) {
            out.println("mesos " + mesosVersion);
            return 0;
        }
        try {
            FlagValues values = flags.load(arguments, environment);
            ServerLog.configure(values, name);
            List<String> ignored = flags.withoutEffect(values);
            if (!ignored.isEmpty()) {
                LOG.warn("Flags without effect here: {}", String.join(", ", ignored));
            }
            body.run(values);
            return 0;
        } catch (FlagsException e) {
            err.println("stoa " + name + ": " + e.getMessage());
            err.println("Try 'stoa " + name + " --help'");
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            err.println("stoa " + name + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return FAILED;
    }
}
