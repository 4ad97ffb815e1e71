package io.stoa.itests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.DriverJar;
import io.stoa.itests.cluster.ElectedCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The framework that stands in the page, started as the page says. */
@Timeout(240)
class OwnFrameworkTest {

    @TempDir
    static Path directory;

    private static ElectedCluster cluster;

    @TempDir
    Path here;

    @BeforeAll
    static void startCluster() throws Exception {
        DriverJar.path();
        cluster = ElectedCluster.start(directory).withAgent("127.0.0.1", "cpus:2;mem:1024");
    }

    @AfterAll
    static void endCluster() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "http://", "zk://"})
    void theFrameworkOfThePageRunsItsTasksAndEnds(String scheme) throws Exception {
        Guide guide = Guide.read("own-framework");
        Files.writeString(here.resolve("Hello.java"), guide.block("class Hello"));
        provideJars(Files.createDirectory(here.resolve("lib")));
        String master = scheme.equals("zk://") ? cluster.url() : scheme + cluster.master();
        try (ClientProcess hello = guide.run(here, "java -cp", Map.of("MASTER", master))) {
            assertThat(hello.end()).as(hello.printed()).isZero();

            String id = hello.printed()
                    .lines()
                    .filter(line -> line.startsWith("registered "))
                    .findFirst()
                    .orElseThrow()
                    .substring("registered ".length());
            FrameworkView ended = cluster.awaitFramework(id, FrameworkView::removed);
            assertThat(ended.completedTasks())
                    .isEqualTo(
                            Map.of("hello-0", "TASK_FINISHED", "hello-1", "TASK_FINISHED", "hello-2", "TASK_FINISHED"));
        }
    }

    /** What it needs beside the driver, of what these tests have. */
    private static void provideJars(Path lib) throws Exception {
        for (String jar : System.getProperty("java.class.path").split(":", -1)) {
            Path file = Path.of(jar);
            if (file.getFileName().toString().matches("(mesos|protobuf-java)-[0-9].*\\.jar")) {
                Files.copy(file, lib.resolve(file.getFileName()));
            }
        }
        try (Stream<Path> jars = Files.list(lib)) {
            assertThat(jars).hasSize(2);
        }
    }
}
