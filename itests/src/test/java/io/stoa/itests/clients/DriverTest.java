package io.stoa.itests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.DriverJar;
import io.stoa.itests.cluster.ElectedCluster;
import java.io.DataInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One jar serves frameworks whatever their Mesos bindings are. */
@Timeout(240)
class DriverTest {

    private static final int OF_JAVA_8 = 52;

    @TempDir
    static Path directory;

    private static ElectedCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        DriverProcess.prepare("driver", "mesos-0.28", "mesos-1.0-shaded");
        cluster = ElectedCluster.start(directory).withAgent("127.0.0.1", "cpus:4;mem:2048;disk:1024");
    }

    @AfterAll
    static void end() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"driver", "mesos-0.28", "mesos-1.0-shaded"})
    void aFrameworkOfAnyBindingsRunsItsTasks(String bindings) throws Exception {
        try (ClientProcess framework = DriverProcess.startProgram(
                Files.createDirectory(directory.resolve(bindings)),
                bindings,
                "OldFramework.java",
                cluster.url(),
                bindings)) {
            String id = framework.awaitSaid("registered");
            framework.awaitSaid("update short TASK_FINISHED");
            framework.awaitSaid("update long TASK_RUNNING");
            assertThat(cluster.awaitFramework(id, view -> view.completedTasks().containsKey("short"))
                            .tasks())
                    .containsExactly(Map.entry("long", "TASK_RUNNING"));

            framework.tell("kill");
            framework.awaitSaid("update long TASK_KILLED");
            framework.tell("stop");
            assertThat(framework.awaitSaid("ended")).isEqualTo("DRIVER_STOPPED 1");
            cluster.awaitFramework(id, FrameworkView::removed);
        }
    }

    @Test
    void theJarHoldsNothingThatAFrameworkCouldMeet() throws Exception {
        try (ZipFile jar = new ZipFile(DriverJar.path().toFile())) {
            List<String> others = jar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> !name.endsWith("/"))
                    .filter(name -> !name.startsWith("io/stoa/driver/") && !name.startsWith("META-INF/"))
                    .filter(name -> !name.matches("org/apache/mesos/"
                            + "(MesosSchedulerDriver|ConstrainedSchedulerDriver|MesosExecutorDriver|MesosNativeLibrary"
                            + "|SchedulerMessages|package-info"
                            + "|v1/scheduler/(V0Mesos|V1Mesos|package-info|\\w+))(\\$\\w+)?\\.class"))
                    .toList();
            assertThat(others).isEmpty();
            assertThat(jar.stream().map(ZipEntry::getName).filter(name -> name.startsWith("META-INF/services/")))
                    .containsExactly(
                            "META-INF/services/",
                            "META-INF/services/io.stoa.driver.shaded.slf4j.spi.SLF4JServiceProvider");
            assertThat(jar.stream().map(ZipEntry::getName))
                    .as("licences of what is in it")
                    .contains(
                            "META-INF/LICENSE",
                            "META-INF/NOTICE",
                            "META-INF/LICENSE-protobuf.txt",
                            "META-INF/LICENSE-slf4j.txt");
        }
    }

    @Test
    void everyClassInTheJarRunsOnJava8() throws Exception {
        try (ZipFile jar = new ZipFile(DriverJar.path().toFile())) {
            for (ZipEntry entry : jar.stream()
                    .filter(each -> each.getName().endsWith(".class"))
                    .toList()) {
                try (DataInputStream input = new DataInputStream(jar.getInputStream(entry))) {
                    input.readInt();
                    input.readUnsignedShort();
                    assertThat(input.readUnsignedShort()).as(entry.getName()).isLessThanOrEqualTo(OF_JAVA_8);
                }
            }
        }
    }
}
