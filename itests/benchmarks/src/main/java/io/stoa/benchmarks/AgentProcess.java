package io.stoa.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A real agent in a process of its own, in a Java machine like that of {@code bin/stoa agent}. */
final class AgentProcess implements AutoCloseable {

    private static final int END_SECONDS = 60;

    private final Process process;
    private final Path log;

    private AgentProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static AgentProcess start(int masterPort, Path directory) throws IOException {
        Path log = directory.resolve("out");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@bin/lib/agent.jvm",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.stoa.agent.AgentCommand",
                        "--master=127.0.0.1:" + masterPort,
                        "--ip=127.0.0.1",
                        "--port=0",
                        "--hostname=localhost",
                        "--resources=cpus:64;mem:65536",
                        "--work_dir=" + directory.resolve("work"),
                        "--runtime_dir=" + directory.resolve("run"),
                        "--registration_backoff_factor=100ms")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new AgentProcess(process, log);
    }

    long residentMb() throws IOException {
        return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1_024)
                .findFirst()
                .orElseThrow();
    }

    /** Returns when its master has ended it. */
    void awaitEnd() throws IOException, InterruptedException {
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("the agent did not end: " + Files.readString(log));
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
