package io.stoa.itests.cluster;

import io.stoa.master.dev.DevMain;
import io.stoa.testing.Patience;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;

/** A program of Stoa's in a process of its own, so that it can be killed. */
final class StoaProcess implements AutoCloseable {

    static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    /**
     * They live shortly. A ZooKeeper of theirs does not wait for the disk, as that of the tests does not. They see
     * their tasks' ends before they end, however slow the machine is: whoever waits for them has a patience of his own.
     */
    static final List<String> FLAGS = List.of(
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Dzookeeper.forceSync=no",
            "-Dstoa.dev.endTasksMs=600000",
            "-Dstoa.run.endTasksMs=600000");

    /** A JVM that takes options from there says so; the command line takes a master and a credential. */
    private static final Pattern OF_WHO_RUNS_THE_TESTS =
            Pattern.compile("MESOS_.*|STOA_.*|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS");

    private final Process process;
    private final Path log;
    private final int begin;
    private boolean stopped;

    private StoaProcess(Process process, Path log, int begin) {
        this.process = process;
        this.log = log;
        this.begin = begin;
    }

    /** @param log where its output goes, behind what is there */
    static StoaProcess start(Path log, Class<?> program, String... arguments) throws IOException {
        return start(log, command(program, arguments));
    }

    /** A framework's program, with the driver put first on its class path. */
    static StoaProcess startWithDriver(Path log, Class<?> program, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(DriverClassPath.command(program));
        command.addAll(List.of(arguments));
        return start(log, command);
    }

    /** @param patches classes that are loaded instead of those of the same name */
    static StoaProcess startPatched(Path log, Path patches, Class<?> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(JAVA));
        command.addAll(FLAGS);
        command.addAll(List.of("-cp", patches + File.pathSeparator + System.getProperty("java.class.path")));
        command.add(program.getName());
        command.addAll(List.of(arguments));
        return start(log, command);
    }

    /** In a terminal of 33 rows with 77 columns, which gets what is typed. */
    static StoaProcess startInTerminal(Path log, Class<?> program, String... arguments) throws IOException {
        String line = command(program, arguments).stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
        return start(
                log,
                List.of(
                        "script",
                        "--quiet",
                        "--return",
                        "--flush",
                        "--command",
                        "stty rows 33 cols 77; " + line + "; status=$?; stty -a | grep -o ' -*icanon'; exit $status",
                        "/dev/null"));
    }

    private static List<String> command(Class<?> program, String... arguments) {
        // Whoever runs the tests may ignore Ctrl-C, and hand that down.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT", JAVA));
        command.addAll(FLAGS);
        command.add("-Dstoa.home=" + Path.of("..").toAbsolutePath().normalize());
        command.addAll(ClassArchive.options());
        command.add(program.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    private static StoaProcess start(Path log, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(OF_WHO_RUNS_THE_TESTS.asMatchPredicate());
        int begin = Files.exists(log) ? Files.readString(log).length() : 0;
        return new StoaProcess(builder.start(), log, begin);
    }

    /** A cluster of two agents on the machine; its log, and what outlives it, are in the directory. */
    static StoaProcess dev(Path directory, int port) throws IOException {
        return start(
                directory.resolve("log"),
                DevMain.class,
                "--agents=2",
                "--port=" + port,
                "--data=" + directory.resolve("data"));
    }

    /** What it has said so far; not what stood in the log before. */
    String said() throws IOException {
        return Files.readString(log).substring(begin);
    }

    void type(String text) throws IOException {
        process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Nothing more is typed. */
    void endInput() throws IOException {
        process.getOutputStream().close();
    }

    /** Waits for its end; its exit status. */
    int await() throws InterruptedException {
        try {
            return Patience.join(process.onExit()).exitValue();
        } catch (ConditionTimeoutException e) {
            kill();
            throw new AssertionError("the process has not ended", e);
        }
    }

    /** As Ctrl-C; its exit status. */
    int interrupt() throws IOException, InterruptedException {
        signal("INT");
        return await();
    }

    /** @param name without {@code SIG} */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        stopped = !name.equals("CONT") && (stopped || name.equals("STOP"));
    }

    /** Whether it can do anything: it has neither ended nor been told to stop. */
    boolean isRunning() {
        return isAlive() && !stopped;
    }

    boolean is(ProcessHandle other) {
        return process.toHandle().equals(other);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** As {@code kill -9}; nothing is cleaned up. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** As {@code kill}; its exit status. */
    int terminate() throws InterruptedException {
        process.destroy();
        return await();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
