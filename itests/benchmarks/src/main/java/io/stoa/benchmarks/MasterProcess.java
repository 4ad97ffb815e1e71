package io.stoa.benchmarks;

import io.stoa.state.journal.zookeeper.ZooKeeperUrl;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A master in a JVM of its own. */
final class MasterProcess implements AutoCloseable {

    private static final String STANDARD_HEAP = "2g";
    private static final long POLL_MS = 50;
    /** Of what follows the name in proc(5)'s stat. */
    private static final int USER_TICKS = 11;

    private static final long MS_A_TICK = 10;

    private final Process process;
    private final int port;
    private final Path log;

    private MasterProcess(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** One with a ZooKeeper of its own; returns when it leads. */
    static MasterProcess start(Path workDir) throws IOException, InterruptedException {
        return start(workDir, STANDARD_HEAP);
    }

    /** @param heap as in {@code -Xmx} */
    static MasterProcess start(Path workDir, String heap) throws IOException, InterruptedException {
        MasterProcess master = start(workDir, heap, List.of());
        master.awaitLeading();
        return master;
    }

    /** One of several; agents may be silent for long. */
    static MasterProcess start(Path workDir, ZooKeeperUrl zooKeeper) throws IOException {
        return start(workDir, STANDARD_HEAP, List.of("--zk=" + zooKeeper, "--max_agent_ping_timeouts=100"));
    }

    private static MasterProcess start(Path workDir, String heap, List<String> flags) throws IOException {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@bin/lib/master.jvm",
                "-Xms" + heap,
                "-Xmx" + heap));
        command.addAll(List.of(System.getProperty("stoa.bench.master", "").split(" ")));
        command.removeIf(String::isEmpty);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "io.stoa.master.MasterMain",
                "--ip=127.0.0.1",
                "--port=" + port,
                "--work_dir=" + workDir));
        command.addAll(flags);
        Path log = workDir.resolve("out-" + port);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new MasterProcess(process, port, log);
    }

    void awaitLeading() throws IOException, InterruptedException {
        awaitLine("Leading id=");
    }

    void awaitRehearsal() throws IOException, InterruptedException {
        awaitLine("Rehearsal completed");
    }

    private void awaitLine(String part) throws IOException, InterruptedException {
        while (!Files.readString(log).contains(part)) {
            if (process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
                throw new IOException("the master ended before '" + part + "': " + Files.readString(log));
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    /** CPU time since its start, ZooKeeper's and the compilers' included. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** CPU time since its start of the threads that run now, by the threads' names without their numbers. */
    Map<String, Duration> cpuByThread() throws IOException {
        Map<String, Duration> cpu = new TreeMap<>();
        try (DirectoryStream<Path> threads =
                Files.newDirectoryStream(Path.of("/proc", String.valueOf(process.pid()), "task"))) {
            for (Path thread : threads) {
                String stat;
                try {
                    stat = Files.readString(thread.resolve("stat"));
                } catch (NoSuchFileException e) {
                    continue; // It has ended since it was listed.
                }
                int nameEnd = stat.lastIndexOf(')');
                String name = stat.substring(stat.indexOf('(') + 1, nameEnd);
                String[] fields = stat.substring(nameEnd + 2).split(" ", -1);
                long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[USER_TICKS + 1]);
                cpu.merge(name.replaceAll("[-#0-9]+$", ""), Duration.ofMillis(ticks * MS_A_TICK), Duration::plus);
            }
        }
        return cpu;
    }

    /** Ends it as a power failure would. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
