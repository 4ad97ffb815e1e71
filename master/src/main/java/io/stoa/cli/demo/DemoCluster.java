package io.stoa.cli.demo;

import io.stoa.cli.CommandException;
import io.stoa.cli.ExitCode;
import io.stoa.master.dev.DevCluster;
import io.stoa.master.dev.DevOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The cluster and Singularity, together with the directory where both keep what they have. Ends with the process at the
 * latest, and its tasks with it.
 */
final class DemoCluster implements AutoCloseable {

    private static final int AGENTS = 3;
    private static final long END_TASKS_MS = 15_000;

    private final Path home;
    private final DevCluster cluster;
    private final Singularity singularity;
    private final Thread atExit = new Thread(this::end, "end-demo");
    private boolean ended;
    private boolean leaveNothing;

    private DemoCluster(Path home, DevCluster cluster, Singularity singularity) {
        this.home = home;
        this.cluster = cluster;
        this.singularity = singularity;
    }

    static DemoCluster start(Path lib, int port, Progress progress) {
        try {
            Path home = Files.createTempDirectory("stoa-demo-");
            System.setProperty("stoa.log.file", home.resolve("stoa.log").toString());
            System.setProperty("logback.configurationFile", "io/stoa/cli/demo/logback.xml");
            DevCluster cluster = DevCluster.start(new DevOptions(AGENTS, port, home.resolve("cluster")));
            progress.tell(
                    "cluster",
                    "master " + cluster.masterAddress() + ", ZooKeeper " + cluster.zooKeeperAddress() + ", " + AGENTS
                            + " agents; all in " + home);
            Singularity singularity =
                    Singularity.start(lib, home, freePort(), cluster.masterAddress(), cluster.zooKeeperAddress());
            DemoCluster demo = new DemoCluster(home, cluster, singularity);
            Runtime.getRuntime().addShutdownHook(demo.atExit);
            return demo;
        } catch (IOException e) {
            throw new CommandException(ExitCode.FAILED, String.valueOf(e.getMessage()));
        }
    }

    Singularity singularity() {
        return singularity;
    }

    /** Nothing is left to look at: the directory goes, too. */
    void succeeded() {
        leaveNothing = true;
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The process is ending already; it finds that all has been done.
        }
    }

    /** Singularity first: it would start again what the cluster ends. */
    private synchronized void end() {
        if (ended) {
            return;
        }
        ended = true;
        singularity.close();
        cluster.endTasks(END_TASKS_MS);
        cluster.close();
        if (leaveNothing) {
            delete(home);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
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
