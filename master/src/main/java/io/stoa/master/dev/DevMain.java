package io.stoa.master.dev;

import io.stoa.agent.Agent;
import io.stoa.flags.Flag;
import io.stoa.flags.FlagSet;
import io.stoa.flags.FlagType;
import io.stoa.flags.FlagValues;
import io.stoa.flags.FlagsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/** The program {@code stoa dev}. */
public final class DevMain {

    private static final Flag<Integer> AGENTS =
            Flag.of("agents", FlagType.INTEGER, "How many agents.").withDefault("3");
    private static final Flag<Integer> PORT = Flag.of(
                    "port", FlagType.INTEGER, "The master's port; the agents have the ones behind it.")
            .withDefault("5050");
    private static final Flag<Path> DATA = Flag.of("data", FlagType.PATH, "Where everything is kept.")
            .withDefault(Path.of(System.getProperty("user.home", "."), ".stoa", "dev")
                    .toString());
    private static final Flag<Boolean> HELP =
            Flag.of("help", FlagType.BOOLEAN, "Show this.").withDefault("false");

    /** All of them. */
    public static final FlagSet FLAGS = new FlagSet("Usage: stoa dev [options]", List.of(AGENTS, PORT, DATA, HELP));

    private static final int FAILED = 1;
    private static final int USAGE = 2;
    /** As long as people wait; tests, whose machine may be slow, want longer. */
    private static final long END_TASKS_MS = Long.getLong("stoa.dev.endTasksMs", 15_000);

    private DevMain() {}

    /** Runs a cluster until Ctrl-C. Exit codes: 1 it cannot run, 2 the command line is wrong. */
    public static void main(String[] args) {
        List<String> arguments = List.of(args);
        if (FlagSet.wantsHelp(arguments)) {
            System.out.print(FLAGS.help());
            return;
        }
        try {
            refuseOtherThanFlags(arguments);
            // No variables: MESOS_PORT and the like are meant for the masters and agents of a real cluster.
            FlagValues flags = FLAGS.load(arguments, Map.of());
            run(new DevOptions(flags.get(AGENTS), flags.get(PORT), flags.get(DATA)));
        } catch (FlagsException | IllegalArgumentException e) {
            System.err.println("stoa dev: " + e.getMessage());
            System.exit(USAGE);
        } catch (IOException | IllegalStateException e) {
            System.err.println("stoa dev: " + e.getMessage());
            System.exit(FAILED);
        }
    }

    /** Mesos' servers ignore them; here a word without its dashes would start a cluster that nobody asked for. */
    private static void refuseOtherThanFlags(List<String> arguments) {
        for (String argument : arguments) {
            if (!argument.startsWith("--")) {
                throw new IllegalArgumentException(
                        "Unexpected argument '" + argument + "' (expected: --agents=3 and the like)");
            }
        }
    }

    private static void run(DevOptions options) throws IOException {
        CompletableFuture<DevCluster> starting = new CompletableFuture<>();
        // Before the start: it may find tasks of the last time, and whoever presses Ctrl-C wants an end of those, too.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(starting), "shutdown"));
        DevCluster cluster = start(options, starting);
        System.out.print(welcome(cluster, options));
        System.out.flush();
        throw new IOException(cluster.master().failure().join());
    }

    private static DevCluster start(DevOptions options, CompletableFuture<DevCluster> starting) throws IOException {
        try {
            DevCluster cluster = DevCluster.start(options);
            starting.complete(cluster);
            return cluster;
        } finally {
            starting.cancel(false); // Of no effect after a start that succeeded.
        }
    }

    private static String welcome(DevCluster cluster, DevOptions options) {
        StringBuilder text = new StringBuilder()
                .append("\nStoa is running:\n")
                .append("  master     http://")
                .append(cluster.masterAddress())
                .append('\n')
                .append("  ZooKeeper  zk://")
                .append(cluster.zooKeeperAddress())
                .append("/mesos\n");
        List<Agent> agents = cluster.agents();
        for (int i = 0; i < agents.size(); i++) {
            text.append("  agent ")
                    .append(i + 1)
                    .append("    http://127.0.0.1:")
                    .append(agents.get(i).port())
                    .append(", cpus:4 mem:4096 disk:10240, in ")
                    .append(options.data().resolve("agent-" + (i + 1)))
                    .append('\n');
        }
        String master = options.port() == 5050 ? "" : " --master=" + cluster.masterAddress();
        return text.append("  data       ")
                .append(options.data())
                .append(" (found again at the next start)\n\n")
                .append("Try, in another terminal:\n")
                .append("  bin/stoa agents")
                .append(master)
                .append('\n')
                .append("  bin/stoa run")
                .append(master)
                .append(" -- echo hello\n")
                .append("Ctrl-C ends the cluster and its tasks.\n\n")
                .toString();
    }

    /** What is starting is waited for: half a cluster could not find the tasks that it is to end. */
    private static void end(CompletableFuture<DevCluster> starting) {
        DevCluster cluster;
        try {
            cluster = starting.join();
        } catch (CancellationException e) {
            return; // It could not start, and has said so.
        }
        System.out.println("Ending the tasks and the cluster");
        if (!cluster.endTasks(END_TASKS_MS)) {
            System.out.println("Some tasks still run; the next start finds them");
        }
        cluster.close();
    }
}
