package io.stoa.benchmarks;

import io.stoa.agent.Agent;
import io.stoa.agent.AgentConfig;
import io.stoa.agent.executor.ExecutorPolicy;
import io.stoa.agent.executor.ExecutorTimeouts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** One real agent, whose tasks are real processes, from the master's RunTask to TASK_RUNNING at the master. */
final class AgentBenchmark {

    private static final int WARM_UP_TASKS = 300;
    private static final int ONE_BY_ONE = 200;
    private static final int TOGETHER = 1_000;
    private static final int EARLIER = 1_500;
    private static final int WINDOW = 16;
    private static final int RESIDENTS = 200;
    private static final double WANTED_MS = 50;
    private static final double WANTED_PER_SECOND = 100;

    private AgentBenchmark() {}

    static List<Figure> run() throws Exception {
        Path directory = Directories.create();
        List<Figure> figures = new ArrayList<>();
        try {
            figures.add(new HostState(directory).figure("before"));
            figures.addAll(oneByOneAndTogether(directory.resolve("first")));
            // What those tasks have left in their sandboxes stays until all is measured.
            figures.addAll(atOnce(directory.resolve("second")));
        } finally {
            Directories.delete(directory);
        }
        return figures;
    }

    private static List<Figure> oneByOneAndTogether(Path directory) throws Exception {
        List<Figure> figures = new ArrayList<>();
        try (LaunchingMaster master = new LaunchingMaster();
                Agent agent = Agent.start(config(master.port(), directory))) {
            master.run(WARM_UP_TASKS, WINDOW);
            figures.add(figure("one after the other", master.run(ONE_BY_ONE, 1)));
            figures.addAll(together(master, ""));
            master.runAndKeep(EARLIER, WINDOW);
            figures.add(
                    new HostState(directory).figure("after " + EARLIER + " tasks more, each with a file that stays"));
            figures.addAll(together(master, ", after them"));
            master.leaveRunning(RESIDENTS);
            figures.add(figure("one after the other, beside " + RESIDENTS + " others", master.run(ONE_BY_ONE, 1)));
            master.shutDownAgent();
            agent.ended().get(1, TimeUnit.MINUTES);
        }
        return figures;
    }

    private static List<Figure> together(LaunchingMaster master, String when) throws InterruptedException {
        long fromNanos = System.nanoTime();
        Histogram micros = master.run(TOGETHER, WINDOW);
        double perSecond = TOGETHER / ((System.nanoTime() - fromNanos) / 1e9);
        return List.of(
                figure(WINDOW + " at a time" + when, micros),
                new Figure(
                        "a real agent: command tasks from launch to end, " + WINDOW + " at a time" + when,
                        "%,.0f/s".formatted(perSecond),
                        Figure.verdict(">= 100/s", perSecond >= WANTED_PER_SECOND)));
    }

    /** In a process of its own, whose memory is the agent's. */
    private static List<Figure> atOnce(Path directory) throws Exception {
        List<Figure> figures = new ArrayList<>();
        Files.createDirectory(directory);
        try (LaunchingMaster master = new LaunchingMaster();
                AgentProcess agent = AgentProcess.start(master.port(), directory)) {
            master.run(WARM_UP_TASKS, WINDOW);
            figures.add(new HostState(directory).figure("before the rest"));
            long fromNanos = System.nanoTime();
            Histogram micros = master.leaveRunning(RESIDENTS);
            double seconds = (System.nanoTime() - fromNanos) / 1e9;
            figures.add(new Figure(
                    "a real agent: " + RESIDENTS + " tasks at once, all running after; p50 of them",
                    "%.2f s, %.0f/s; %.2f s"
                            .formatted(seconds, RESIDENTS / seconds, micros.getValueAtPercentile(50) / 1e6),
                    Figure.verdict(">= 100 tasks/s", RESIDENTS / seconds >= WANTED_PER_SECOND)));
            figures.add(new Figure(
                    "a real agent: its own memory (RSS) with " + RESIDENTS + " tasks",
                    "%,d MB".formatted(agent.residentMb())));
            fromNanos = System.nanoTime();
            master.killAll();
            figures.add(new Figure(
                    "a real agent: " + RESIDENTS + " tasks killed at once, the last one after",
                    "%.2f s".formatted((System.nanoTime() - fromNanos) / 1e9)));
            master.shutDownAgent();
            agent.awaitEnd();
        }
        return figures;
    }

    private static Figure figure(String how, Histogram micros) {
        double p50 = micros.getValueAtPercentile(50) / 1e3;
        double p99 = micros.getValueAtPercentile(99) / 1e3;
        return new Figure(
                "a real agent: RunTask to TASK_RUNNING, " + how + ", p50 / p99",
                "%.1f / %.1f ms".formatted(p50, p99),
                Figure.verdict("<= 50 ms", p50 <= WANTED_MS));
    }

    private static AgentConfig config(int port, Path directory) {
        return new AgentConfig(
                new AgentConfig.Master("127.0.0.1:" + port, 100),
                new AgentConfig.Places(directory.resolve("work"), directory.resolve("run")),
                new AgentConfig.Address(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "127.0.0.1", 0, "localhost"),
                new AgentConfig.Offer("cpus:64;mem:65536", "*", List.of()),
                new AgentConfig.Running(
                        List.of("mesos"),
                        Path.of("/var/run/docker.sock"),
                        true,
                        new ExecutorPolicy(new ExecutorTimeouts(1_000, 60_000, 2_000, 900_000), Map.of(), 150),
                        Map.of()),
                AgentConfig.Recovery.STANDARD,
                AgentConfig.Upkeep.STANDARD);
    }
}
