package io.stoa.agent;

import io.stoa.flags.FlagSet;
import io.stoa.flags.FlagValues;
import io.stoa.flags.FlagsException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code stoa agent}: runs until its master or a signal ends it. Exit code 1 for whatever goes wrong, as in Mesos. */
public final class AgentCommand {

    private static final Logger LOG = LoggerFactory.getLogger(AgentCommand.class);

    private AgentCommand() {}

    public static void main(String[] args) {
        System.exit(run(List.of(args), System.getenv(), System.out, System.err));
    }

    static int run(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        if (FlagSet.wantsHelp(arguments)) {
            out.print(AgentFlags.FLAGS.help());
            return 0;
        }
        if (arguments.contains("--version")) {
            out.println("mesos " + AgentCore.MESOS_VERSION);
            return 0;
        }
        AgentConfig config;
        try {
            FlagValues values = AgentFlags.FLAGS.load(arguments, environment);
            FlagsWithoutEffect.ALL.stream()
                    .filter(flag -> values.find(flag).isPresent())
                    .forEach(flag -> LOG.warn("Flag without effect --{}", flag.name()));
            config = AgentFlags.config(values);
        } catch (FlagsException | IOException | IllegalArgumentException e) {
            err.println("stoa agent: " + e.getMessage());
            err.println("Try 'stoa agent --help'");
            return 1;
        }
        return run(config, err);
    }

    private static int run(AgentConfig config, PrintStream err) {
        try (Agent agent = Agent.start(config)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(agent), "shutdown"));
            agent.ended().join();
            return 0;
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            err.println("stoa agent: " + e.getMessage());
        } catch (CompletionException e) {
            err.println("stoa agent: " + (e.getCause() == null ? e : e.getCause()).getMessage());
        }
        return 1;
    }

    private static void close(Agent agent) {
        try {
            agent.close();
        } catch (IOException e) {
            LOG.warn("Not closed properly", e);
        }
    }
}
