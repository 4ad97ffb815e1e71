package io.stoa.itests.cluster;

import static io.stoa.testing.Patience.await;

import io.stoa.master.dev.DevMain;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The classes of masters and agents as a JVM keeps them when it has loaded and verified them: with these it starts in
 * half the time, which is most of what many tests take. One for each JVM that tests, from what it tests.
 */
final class ClassArchive {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Where modules are directories, as in a build that makes no jars, there is none. */
    private static final List<String> OPTIONS = isOfJars() ? make() : List.of("-cp", path());

    private ClassArchive() {}

    /** Of a JVM: its class path, and the archive if there is one. */
    static List<String> options() {
        return OPTIONS;
    }

    private static String path() {
        return System.getProperty("java.class.path");
    }

    private static boolean isOfJars() {
        return Files.isRegularFile(Path.of(DevMain.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath()));
    }

    private static List<String> make() {
        // An archive is of jars only. In the others there are tests, and how these want the log.
        String jars = Arrays.stream(path().split(File.pathSeparator, -1))
                .filter(place -> Files.isRegularFile(Path.of(place)))
                .collect(Collectors.joining(File.pathSeparator));
        List<String> options = new ArrayList<>(List.of(
                "-Dlogback.configurationFile="
                        + Path.of("target/test-classes/logback-test.xml").toAbsolutePath(),
                "-cp",
                jars));
        try {
            Path directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "classes-");
            Path archive = directory.resolve("archive.jsa");
            archive.toFile().deleteOnExit();
            List<String> flags = new ArrayList<>(StoaProcess.FLAGS);
            flags.add("-XX:ArchiveClassesAtExit=" + archive);
            flags.addAll(options);
            run(directory, flags);
            if (Files.exists(archive)) {
                // What it says where it cannot use it would be in the output of what is tested.
                options.addAll(0, List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:disable"));
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return List.copyOf(options);
    }

    /** A small cluster that starts and ends: the archive has what it needed. */
    private static void run(Path directory, List<String> flags) throws IOException, InterruptedException {
        Path log = directory.resolve("log");
        List<String> command = new ArrayList<>(List.of(StoaProcess.JAVA));
        command.addAll(flags);
        command.addAll(
                List.of(DevMain.class.getName(), "--agents=1", "--port=0", "--data=" + directory.resolve("data")));
        Process cluster = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        // Another thread would wait until this class is initialised, which is being done.
        await(PATIENCE)
                .pollInSameThread()
                .until(() -> !cluster.isAlive() || Files.readString(log).contains(" Registered agent="));
        cluster.destroy();
        if (!cluster.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            cluster.destroyForcibly();
        }
    }
}
