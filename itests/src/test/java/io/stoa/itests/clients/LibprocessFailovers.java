package io.stoa.itests.clients;

import static io.stoa.itests.TaskFiles.awaitLines;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.cluster.ElectedCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is true of every framework that speaks libprocess, and finds the leader in ZooKeeper, when masters are killed.
 */
@Timeout(300)
abstract class LibprocessFailovers {

    @TempDir
    Path directory;

    ElectedCluster cluster;
    ClientProcess framework;
    String id;

    /** What starts the framework; {@code [TASK=COMMAND]...} are to follow. */
    abstract List<String> command(ElectedCluster cluster);

    @BeforeEach
    void start() throws Exception {
        cluster = ElectedCluster.start(directory).withAgent("127.0.0.1", "cpus:2;mem:1024");
        List<String> command = new ArrayList<>(command(cluster));
        command.addAll(List.of(task("first"), task("second")));
        framework = ClientProcess.start(Files.createDirectory(directory.resolve("here")), command);
        id = framework.awaitSaid("subscribed");
        awaitRunning("first", "second");
    }

    @AfterEach
    void end() throws Exception {
        if (framework != null) {
            framework.close();
        }
        cluster.close();
    }

    @Test
    void itsTasksRunOnWhenTheMasterIsKilledAndStartedAgain() throws Exception {
        int seen = framework.said().size();

        cluster.killMasterAndStartItAgain();

        awaitReturn(seen);
        assertThatItGoesOn();
    }

    @Test
    void itsTasksRunOnWhenAnotherMasterTakesOver() throws Exception {
        int seen = framework.said().size();

        cluster.letAnotherMasterTakeOver();

        awaitReturn(seen);
        assertThatItGoesOn();
    }

    @Test
    void itAndItsExecutorSendEachOtherMessages() throws Exception {
        DriverProcess.prepare();
        framework.tell("executor own=" + String.join(" ", DriverProcess.command("driver", "EchoExecutor.java")));
        framework.awaitSaid("update own TASK_RUNNING");
        String agent = cluster.awaitFramework(id, view -> true).agents().get("own");

        framework.tell("message " + agent + " before");
        framework.awaitSaid("message before");

        int seen = framework.said().size();
        cluster.killMasterAndStartItAgain();
        awaitReturn(seen);
        awaitRunning("first", "second", "own");
        launchThird();
        framework.tell("message " + agent + " after");
        framework.awaitSaid("message after");

        framework.tell("message " + agent + " exit");
        framework.awaitSaid("update own TASK_FAILED");
    }

    private void awaitReturn(int seen) {
        framework.awaitSaid(seen, "disconnected");
        assertThat(framework.awaitSaid(seen, "subscribed")).isEqualTo(id);
    }

    /** That it can still launch, reconcile, kill and end, and that nothing was lost or started twice. */
    final void assertThatItGoesOn() throws IOException {
        awaitRunning("first", "second");
        launchThird();
        awaitRunning("first", "second", "third");

        int seen = framework.said().size();
        framework.tell("reconcile");
        for (String task : List.of("first", "second", "third")) {
            framework.awaitSaid(seen, "update " + task + " TASK_RUNNING REASON_RECONCILIATION");
        }
        framework.tell("kill first "
                + cluster.awaitFramework(id, view -> true).agents().get("first"));
        framework.awaitSaid("update first TASK_KILLED");

        FrameworkView view = awaitRunning("second", "third");
        assertThat(view.completedTasks()).containsExactly(Map.entry("first", "TASK_KILLED"));
        for (String task : List.of("first", "second", "third")) {
            List<String> starts = awaitLines(directory.resolve(task), 1);
            assertThat(starts).as("starts of %s", task).hasSize(1);
            assertThat(ProcessHandle.of(Long.parseLong(starts.get(0))).isPresent())
                    .as("%s runs", task)
                    .isEqualTo(!task.equals("first"));
        }
        assertThat(framework.said()).noneMatch(line -> line.startsWith("error") || line.contains("TASK_LOST"));

        framework.tell("teardown");
        cluster.awaitFramework(id, FrameworkView::removed);
    }

    /**
     * Returns when there is a way from the agent to the master. A new one shows tasks before their agent has found it;
     * what executors say until then is dropped.
     */
    private void launchThird() throws IOException {
        framework.tell("launch " + task("third"));
        framework.awaitSaid("update third TASK_RUNNING");
    }

    /** A task that writes its process id whenever it is started. */
    private String task(String name) {
        return name + "=echo $$ >> " + directory.resolve(name) + "; exec sleep 1000";
    }

    private FrameworkView awaitRunning(String... tasks) {
        Predicate<FrameworkView> wanted = view -> view.connected()
                && view.tasks().keySet().equals(Set.of(tasks))
                && Set.copyOf(view.tasks().values()).equals(Set.of("TASK_RUNNING"));
        return cluster.awaitFramework(id, wanted);
    }
}
