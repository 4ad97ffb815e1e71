package io.stoa.cli.demo;

import io.stoa.cli.CommandException;
import io.stoa.cli.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Singularity in a process of its own, from its start to its end. */
public final class Singularity implements AutoCloseable {

    /** It takes its time to say good-bye, and has nothing to lose: its state is in ZooKeeper. */
    private static final long STOP_TIMEOUT_MS = 5_000;

    /** Faster than by default: here somebody watches. */
    private static final String CONFIG = """
            server:
              type: simple
              applicationContextPath: /singularity
              connector: {type: http, bindHost: 127.0.0.1, port: %d}
              requestLog: {appenders: []}
            mesos:
              master: %s
              frameworkName: Singularity
              frameworkId: Singularity
              frameworkFailoverTimeout: 600
              defaultCpus: 1
              defaultMemory: 32
            zookeeper:
              quorum: %s
              zkNamespace: singularity
              sessionTimeoutMillis: 60000
              connectTimeoutMillis: 5000
            ui:
              title: Singularity on Stoa
              baseUrl: http://127.0.0.1:%d/singularity
            logging: {level: INFO}
            checkDeploysEverySeconds: 1
            checkNewTasksEverySeconds: 1
            checkSchedulerEverySeconds: 1
            cleanupEverySeconds: 1
            startNewReconcileEverySeconds: 5
            checkReconcileWhenRunningEveryMillis: 1000
            healthcheckIntervalSeconds: 1
            """;

    private final Process process;
    private final int port;
    private final Path log;

    private Singularity(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /**
     * @param lib the folder with its jars
     * @param workDir an existing directory for its configuration and its log
     * @param port where it is to listen
     * @param master {@code host:port}
     * @param zooKeeper the connect string of its own ZooKeeper, which may be the master's, too
     */
    public static Singularity start(Path lib, Path workDir, int port, String master, String zooKeeper) {
        try {
            Path config = workDir.resolve("singularity.yaml");
            Path log = workDir.resolve("singularity.log");
            Files.writeString(config, CONFIG.formatted(port, master, zooKeeper, port));
            Process process = new ProcessBuilder(command(lib, config))
                    .directory(workDir.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .start();
            return new Singularity(process, port, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code http://127.0.0.1:port/singularity}. */
    public String url() {
        return "http://127.0.0.1:" + port + "/singularity";
    }

    /** @throws CommandException where it has ended, which it does by itself when it sees no way on */
    public void checkAlive() {
        if (!process.isAlive()) {
            throw new CommandException(
                    ExitCode.FAILED, "Singularity ended with status " + process.exitValue() + "; see " + log);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static List<String> command(Path lib, Path config) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                // Its dependency injection was made for JDK 8.
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-cp",
                lib + "/*",
                "com.hubspot.singularity.SingularityService",
                "server",
                config.toString());
    }
}
