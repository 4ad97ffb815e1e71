package io.stoa.itests.clients;

import static io.stoa.itests.TaskFiles.awaitLines;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.cluster.ElectedCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Masters die under a framework with the driver, and frameworks under a master: no task is lost, none runs twice. */
@Timeout(400)
class DriverFailoverTest {

    @TempDir
    Path directory;

    @BeforeAll
    static void prepare() throws Exception {
        DriverProcess.prepare();
    }

    @Test
    void tasksOutliveMastersAndFrameworks() throws Exception {
        try (ElectedCluster cluster =
                ElectedCluster.start(directory).withAgent("127.0.0.1", "cpus:4;mem:2048;disk:1024")) {
            String id;
            try (ClientProcess framework = start(cluster, "first")) {
                framework.tell("start");
                id = framework.awaitSaid("registered");
                run(framework, "before");

                int seen = framework.said().size();
                cluster.killMasterAndStartItAgain();
                assertThatItIsBack(framework, seen, id);
                run(framework, "between");
                awaitTasks(cluster, id, "before", "between");

                seen = framework.said().size();
                cluster.letAnotherMasterTakeOver();
                assertThatItIsBack(framework, seen, id);
                run(framework, "after");
                awaitTasks(cluster, id, "before", "between", "after");
                assertThat(framework.said()).noneMatch(DriverFailoverTest::isALoss);
            }
            cluster.awaitFramework(id, view -> !view.connected());
            try (ClientProcess next = start(cluster, "second", id)) {
                next.tell("run");
                assertThat(next.awaitSaid("registered")).isEqualTo(id);
                next.tell("reconcile");
                for (String task : List.of("before", "between", "after")) {
                    next.awaitSaid("update " + task + " TASK_RUNNING REASON_RECONCILIATION");
                    assertThat(cluster.processes(sleepOf(task))).as(task).isNotEmpty();
                }
                next.tell("kill before");
                next.awaitSaid("update before TASK_KILLED");
                awaitTasks(cluster, id, "between", "after");
                next.tell("stop");
                assertThat(next.awaitSaid("ran")).isEqualTo("DRIVER_STOPPED");
                cluster.awaitFramework(id, FrameworkView::removed);
                assertThat(next.said()).noneMatch(DriverFailoverTest::isALoss);
            }
            for (String task : List.of("before", "between", "after")) {
                assertThat(Files.readAllLines(startsOf(task))).as(task).containsExactly("started");
            }
        }
    }

    private ClientProcess start(ElectedCluster cluster, String name, String... id) throws Exception {
        Path home = Files.createDirectory(directory.resolve(name));
        return id.length == 0
                ? DriverProcess.start(home, cluster.url(), "survivor")
                : DriverProcess.start(home, cluster.url(), "survivor", id[0]);
    }

    /** Each start of the task leaves a line behind. */
    private void run(ClientProcess framework, String task) throws Exception {
        framework.tell("accept " + task + " echo started >> " + startsOf(task) + "; exec " + sleepOf(task));
        framework.awaitSaid("update " + task + " TASK_RUNNING");
        assertThat(awaitLines(startsOf(task), 1)).containsExactly("started");
    }

    private Path startsOf(String task) {
        return directory.resolve("starts-of-" + task);
    }

    private static String sleepOf(String task) {
        return "sleep 1000" + task.length();
    }

    private static boolean isALoss(String said) {
        return said.startsWith("update") && !said.matches(".* TASK_(STARTING|RUNNING|KILLED)( .*)?");
    }

    private static void assertThatItIsBack(ClientProcess framework, int seen, String id) {
        framework.awaitSaid(seen, "disconnected");
        assertThat(framework.awaitSaid(seen, "registered")).isEqualTo(id);
        assertThat(framework.said()).doesNotContain("reregistered");
    }

    private static void awaitTasks(ElectedCluster cluster, String id, String... tasks) {
        FrameworkView view = cluster.awaitFramework(id, seen -> seen.tasks().size() == tasks.length);
        for (String task : tasks) {
            assertThat(view.tasks()).contains(Map.entry(task, "TASK_RUNNING"));
        }
    }
}
