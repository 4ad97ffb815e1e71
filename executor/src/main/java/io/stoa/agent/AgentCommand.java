package io.stoa.agent;

import io.stoa.flags.ServerProgram;
import io.stoa.proto.mesos.MesosVersion;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code stoa agent}: runs until its master or a signal ends it. After SIGTERM its tasks run on for its next life;
 * after SIGUSR1 it leaves for good, and they end.
 */
public final class AgentCommand {

    private static final Logger LOG = LoggerFactory.getLogger(AgentCommand.class);

    private AgentCommand() {}

    public static void main(String[] args) {
        System.exit(run(List.of(args), System.getenv(), System.out, System.err));
    }

    static int run(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        return new ServerProgram(
                        "agent", MesosVersion.EMULATED, AgentFlags.FLAGS, values -> run(AgentFlags.config(values)))
                .run(arguments, environment, out, err);
    }

    private static void run(AgentConfig config) throws IOException {
        try (Agent agent = Agent.start(config)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(agent), "shutdown"));
            Signals.handle("USR1", agent::unregister);
            agent.ended().join();
        } catch (CompletionException e) {
            throw new IOException((e.getCause() == null ? e : e.getCause()).getMessage(), e);
        }
    }

    private static void close(Agent agent) {
        try {
            agent.close();
        } catch (IOException e) {
            LOG.warn("Not closed properly", e);
        }
    }
}
