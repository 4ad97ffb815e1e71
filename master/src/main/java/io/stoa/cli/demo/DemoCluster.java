package io.stoa.cli.demo;

import io.stoa.cli.CommandException;
import io.stoa.cli.ExitCode;
import io.stoa.master.dev.DevCluster;
import io.stoa.master.dev.DevOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The cluster and Singularity, together with the directory where both keep what they have. Ends with the process at the
 * latest, and its tasks with it.
 */
final class DemoCluster implements AutoCloseable {

    private static final int AGENTS = 3;
    private static final long END_TASKS_MS = 15_000;

    /** Singularity's own, with some behind it: demos may run beside each other. */
    private static final int FIRST_PORT = 7_099;

    private static final int PORTS = 900;

    private final Path home;
    private final boolean keep;
    private final Progress progress;
    private final Thread atExit = new Thread(this::interrupted, "end-demo");
    private final Deque<Runnable> endings = new ArrayDeque<>();
    private boolean leaveNothing;

    private DemoCluster(Path home, boolean keep, Progress progress) {
        this.home = home;
        this.keep = keep;
        this.progress = progress;
    }

    /** @param keep whether its directory stays when somebody ends it by a signal */
    static DemoCluster create(boolean keep, Progress progress) {
        try {
            DemoCluster demo = new DemoCluster(Files.createTempDirectory("stoa-demo-"), keep, progress);
            Runtime.getRuntime().addShutdownHook(demo.atExit);
            return demo;
        } catch (IOException e) {
            throw new CommandException(ExitCode.FAILED, "no directory for the demo: " + e.getMessage());
        }
    }

    /** To be called once. A signal waits until it has been started: half a cluster could not end its tasks. */
    synchronized Singularity start(Path lib, int port) {
        System.setProperty("stoa.log.file", home.resolve("stoa.log").toString());
        System.setProperty("logback.configurationFile", "io/stoa/cli/demo/logback.xml");
        try {
            DevCluster cluster = DevCluster.start(new DevOptions(AGENTS, port, home.resolve("cluster")));
            endings.push(() -> {
                cluster.endTasks(END_TASKS_MS);
                cluster.close();
            });
            progress.tell(
                    "cluster",
                    "master " + cluster.masterAddress() + ", ZooKeeper " + cluster.zooKeeperAddress() + ", " + AGENTS
                            + " agents; all in " + home);
            Singularity singularity =
                    Singularity.start(lib, home, freePort(), cluster.masterAddress(), cluster.zooKeeperAddress());
            endings.push(singularity::close);
            return singularity;
        } catch (IOException e) {
            leaveNothing = true;
            throw new CommandException(ExitCode.FAILED, String.valueOf(e.getMessage()));
        }
    }

    /** Nothing is left to look at: the directory goes, too. */
    synchronized void succeeded() {
        leaveNothing = true;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // A signal ends the process; what fails by that is nothing to be told.
            while (true) {
                LockSupport.park();
            }
        }
        end();
    }

    private synchronized void interrupted() {
        progress.tell("demo", "ending the tasks and the cluster");
        leaveNothing = !keep;
        end();
    }

    /** Singularity first: it would start again what the cluster ends. */
    private synchronized void end() {
        endings.forEach(Runnable::run);
        if (leaveNothing) {
            delete(home);
        } else {
            progress.tell("demo", "its logs and data stay in " + home);
        }
    }

    /** Singularity takes it seconds later. One that Linux chooses, it may have given to somebody else by then. */
    private static int freePort() throws IOException {
        int start = ThreadLocalRandom.current().nextInt(PORTS);
        for (int tried = 0; tried < PORTS; tried++) {
            int port = FIRST_PORT + (start + tried) % PORTS;
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // Somebody's.
            }
        }
        throw new IOException("no free port for Singularity from " + FIRST_PORT + " to " + (FIRST_PORT + PORTS - 1));
    }

    private static void delete(Path tree) {
        try (Stream<Path> paths = Files.walk(tree)) {
            List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
