package io.stoa.itests.cluster;

import static io.stoa.testing.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/stoa} in a tree of its own, with a Maven and a JVM that only say what they are asked for. */
@Timeout(120)
class LauncherTest {

    private static final String MAVEN = """
            #!/bin/sh
            case "$*" in
            *framework-adapter/driver*)
                echo driver >>drivers
                echo jar >framework-adapter/driver/target/stoa-driver-1.jar
                ;;
            *)
                echo build >>builds
                mkdir -p master/target/launcher
                echo jar >master/target/launcher/stoa.jar
                ;;
            esac
            """;

    private static final String JAVA = """
            #!/bin/sh
            case "$*" in
            *ArchiveClassesAtExit*) ;;
            *" dev") exec sleep 1000 ;;
            *" stats") opened=$(readlink /proc/$$/fd/0 /proc/$$/fd/1); echo "$opened" >&2 ;;
            *) echo "$@" ;;
            esac
            """;

    private static final boolean ROOT = System.getProperty("user.name").equals("root");
    private static final List<String> NOBODY =
            ROOT ? List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups") : List.of();

    private record Outcome(int exitCode, String said) {}

    @TempDir
    Path home;

    @BeforeEach
    void makeTree() throws IOException {
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path lib = Files.createDirectories(home.resolve("bin/lib"));
        Files.copy(Path.of("../bin/stoa"), home.resolve("bin/stoa"));
        for (String part : List.of("machine.sh", "fetch-demo", "build-driver")) {
            Files.copy(Path.of("../bin/lib", part), lib.resolve(part));
        }
        Files.createDirectories(home.resolve(".mvn"));
        Files.createFile(home.resolve("pom.xml"));
        for (String module : List.of(
                "proto", "shared-state", "framework-adapter", "framework-adapter/driver", "executor", "master")) {
            Files.createDirectories(home.resolve(module + "/src/main"));
            Files.createFile(home.resolve(module + "/pom.xml"));
        }
        program(home.resolve("mvnw"), MAVEN);
        program(Files.createDirectory(home.resolve("path")).resolve("java"), JAVA);
        program(home.resolve("path/javac"), "#!/bin/sh\necho javac 17.0.1\n");
    }

    @Test
    void itBuildsOnceAndThenWhatHasChangedOnly() throws Exception {
        assertThat(stoa("agents").said()).contains("stoa: building", "io.stoa.cli.Stoa agents");
        assertThat(stoa("agents").said()).doesNotContain("building");
        assertThat(builds()).isEqualTo(1);

        changeSource();
        assertThat(stoa("agents").said()).contains("stoa: building");
        assertThat(builds()).isEqualTo(2);
        assertThat(folders()).hasSize(1);
    }

    @Test
    void theDriverIsBuiltForWhoAsksForItAndAgainWhenItHasChanged() throws Exception {
        Path driver = home.resolve("framework-adapter/driver");
        Path jar = driver.resolve("target/stoa-driver.jar");
        stoa("agents");
        assertThat(jar).doesNotExist();

        Outcome first = stoa("driver");
        assertThat(first.said()).contains("stoa: building the driver", "-Dstoa.driver=" + jar + " ", "Stoa driver");
        assertThat(jar).content().isEqualTo("jar\n");
        assertThat(stoa("driver").said()).doesNotContain("building");

        Files.setLastModifiedTime(
                driver.resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(1)));
        assertThat(stoa("driver").said()).contains("stoa: building the driver");
        assertThat(Files.readAllLines(home.resolve("drivers"))).hasSize(2);
    }

    @Test
    void whatTheTestsBuildIsNotWhatRuns() throws Exception {
        stoa("agents");
        Files.delete(home.resolve("master/target/launcher/stoa.jar"));

        Outcome again = stoa("agents");

        assertThat(again.said()).contains("/build.").doesNotContain("building", "launcher");
        assertThat(folders())
                .singleElement()
                .satisfies(build -> assertThat(build.resolve("lib/stoa.jar")).exists());
    }

    @Test
    void whatIsClosedIsNoFileOfTheJvms() throws Exception {
        stoa("agents");
        Outcome stats = outcome(start(List.of("bash", "-c", "exec bash " + home + "/bin/stoa stats <&- >&-")));
        assertThat(stats.said()).isEqualTo("/dev/null\n/dev/null\n");
    }

    @Test
    void aServerKeepsWhatItRunsFromUntilItEnds() throws Exception {
        stoa("agents");
        Path first = folders().get(0);
        Process dev = start("dev");
        try {
            await().until(() ->
                    dev.info().command().filter(name -> name.endsWith("sleep")).isPresent());
            changeSource();
            stoa("agents");
            assertThat(folders()).hasSize(2).contains(first);
        } finally {
            dev.destroyForcibly().waitFor();
        }
        changeSource();
        stoa("agents");
        assertThat(folders()).hasSize(1).doesNotContain(first);
    }

    @Test
    void aBuildThatFailsLeavesTheReasonAndNothingElse() throws Exception {
        program(home.resolve("mvnw"), "#!/bin/sh\necho 'Amounts.java: no'\nexit 1\n");

        Outcome outcome = stoa("agents");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.said()).contains("Amounts.java: no", "stoa: the build failed: see above");
        assertThat(folders()).isEmpty();
    }

    @Test
    void withoutRootItSaysWhatIsMissing() throws Exception {
        makeBare();
        assertThat(bare(NOBODY, "bin/stoa agents"))
                .isEqualTo(new Outcome(
                        1,
                        "stoa: this is missing: openjdk-17-jdk-headless gcc curl; get it, as root, with: apt-get update &&"
                                + " apt-get install --yes --no-install-recommends openjdk-17-jdk-headless gcc curl\n"));
        program(home.resolve("bare/sudo"), "");
        assertThat(bare(NOBODY, "bin/stoa agents").said())
                .contains("with: sudo apt-get update && sudo apt-get install --yes");
    }

    @Test
    void theDemoSaysAllThatIsMissingBeforeItBuilds() throws Exception {
        makeBare();
        assertThat(bare(NOBODY, "bin/stoa demo").said())
                .contains("missing: openjdk-17-jdk-headless gcc curl busybox-static;")
                .doesNotContain("building");
    }

    @Test
    void whoAsksForHelpWaitsForNothingThatTheCommandWouldFetch() throws Exception {
        Outcome demo = outcome(start(List.of("bash", home + "/bin/stoa", "demo", "--help")));

        assertThat(demo.said()).contains("io.stoa.cli.Stoa demo --help").doesNotContain("fetching");
        assertThat(outcome(start(List.of("bash", home + "/bin/stoa", "driver", "-h")))
                        .exitCode())
                .isZero();
        assertThat(home.resolve("drivers")).doesNotExist();
    }

    @Test
    void aJavaHomeThatIsTooOldIsNamedNotMended() throws Exception {
        makeBare();
        Files.createDirectories(home.resolve("jdk-11/bin"));
        Files.createSymbolicLink(home.resolve("jdk-11/bin/javac"), home.resolve("bare/javac"));
        assertThat(bare(NOBODY, "JAVA_HOME=" + home + "/jdk-11 bin/stoa agents").said())
                .isEqualTo("stoa: JAVA_HOME: " + home + "/jdk-11 (expected: a JDK of version 17 or later, or unset)\n");
    }

    @Test
    void asRootItInstallsWithoutAQuestionAndTellsOnlyWhatFailed() throws Exception {
        assumeTrue(ROOT);
        makeBare();
        Files.delete(home.resolve("bare/apt-get"));
        program(home.resolve("bare/apt-get"), """
                #!/usr/bin/bash
                echo "$DEBIAN_FRONTEND $*" >>apt
                echo Unpacking
                echo E: no network >&2
                [[ $1 == update ]]
                """);

        Outcome outcome = bare(List.of(), "bin/stoa agents");

        assertThat(outcome).isEqualTo(new Outcome(1, """
                        stoa: installing openjdk-17-jdk-headless gcc curl (takes a few minutes)
                        E: no network
                        E: no network
                        stoa: could not install openjdk-17-jdk-headless gcc curl: see above
                        """));
        assertThat(home.resolve("apt")).content().isEqualTo("""
                        noninteractive update -qq
                        noninteractive install -qq --yes --no-install-recommends -o DPkg::Lock::Timeout=120 %s
                        """.formatted("openjdk-17-jdk-headless gcc curl"));
    }

    /** A machine with a JDK that is too old and little else. */
    private void makeBare() throws IOException {
        Path bare = Files.createDirectory(home.resolve("bare"));
        for (String tool : List.of("bash", "dirname", "find", "grep", "mktemp", "rm", "apt-get")) {
            Files.createSymbolicLink(bare.resolve(tool), Path.of("/usr/bin", tool));
        }
        program(bare.resolve("javac"), "#!/usr/bin/bash\necho javac 11.0.2\n");
    }

    private Outcome bare(List<String> as, String command) throws Exception {
        // Whatever umask the tests have: he is to read all of it.
        assertThat(new ProcessBuilder("chmod", "--recursive", "go=rX", home.toString())
                        .start()
                        .waitFor())
                .isZero();
        List<String> words = new ArrayList<>(as);
        words.addAll(List.of("/usr/bin/env", "-i", "PATH=" + home + "/bare", "bash", "-c", command));
        return outcome(new ProcessBuilder(words)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .start());
    }

    private Outcome stoa(String command) throws Exception {
        return outcome(start(command));
    }

    private Process start(String command) throws IOException {
        return start(List.of("bash", home + "/bin/stoa", command));
    }

    private Process start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("JAVA_HOME");
        builder.environment().merge("PATH", home + "/path:", (path, own) -> own + path);
        return builder.start();
    }

    private static Outcome outcome(Process process) throws Exception {
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Outcome(process.waitFor(), said);
    }

    /** Whatever was built was built long ago: the clocks of files are coarse. */
    private void changeSource() throws IOException {
        for (Path folder : folders()) {
            Files.setLastModifiedTime(folder.resolve("stamp"), FileTime.from(Instant.EPOCH));
        }
    }

    private long builds() throws IOException {
        return Files.readAllLines(home.resolve("builds")).size();
    }

    private List<Path> folders() throws IOException {
        try (Stream<Path> all = Files.list(home.resolve("master/target/stoa"))) {
            return all.filter(path -> path.getFileName().toString().startsWith("build."))
                    .toList();
        }
    }

    private static void program(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
