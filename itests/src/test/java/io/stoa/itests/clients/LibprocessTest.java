package io.stoa.itests.clients;

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
 * A framework on jesos, which speaks libprocess and finds the leader by protobuf nodes in ZooKeeper, and masters that
 * are killed.
 */
@Timeout(300)
class LibprocessTest {

    @TempDir
    Path directory;

    private ElectedCluster cluster;
    private ClientProcess jesos;
    private String id;

    @BeforeEach
    void start() throws Exception {
        Client.fetch("jesos");
        cluster = ElectedCluster.start(directory).withAgent("127.0.0.1", "cpus:2;mem:1024");
        List<String> command = new ArrayList<>(Client.JESOS.command());
        command.addAll(List.of(cluster.master(), cluster.zooKeeper(), "jesos", task("first"), task("second")));
        jesos = ClientProcess.start(Files.createDirectory(directory.resolve("here")), command);
        id = jesos.awaitSaid("subscribed");
        awaitRunning("first", "second");
    }

    @AfterEach
    void end() throws Exception {
        if (jesos != null) {
            jesos.close();
        }
        cluster.close();
    }

    @Test
    void itsTasksRunOnWhenTheMasterIsKilledAndStartedAgain() throws Exception {
        int seen = jesos.said().size();

        cluster.killMasterAndStartItAgain();

        jesos.awaitSaid(seen, "disconnected");
        assertThatItGoesOn();
    }

    @Test
    void itsTasksRunOnWhenAnotherMasterTakesOver() throws Exception {
        int seen = jesos.said().size();

        cluster.letAnotherMasterTakeOver();

        jesos.awaitSaid(seen, "disconnected");
        assertThatItGoesOn();
    }

    @Test
    void itAndItsExecutorSendEachOtherMessages() throws Exception {
        DriverProcess.prepare();
        jesos.tell("executor own=" + String.join(" ", DriverProcess.command("driver", "EchoExecutor.java")));
        jesos.awaitSaid("update own TASK_RUNNING");
        String agent = cluster.awaitFramework(id, view -> true).agents().get("own");

        jesos.tell("message " + agent + " before");
        jesos.awaitSaid("message before");

        int seen = jesos.said().size();
        cluster.killMasterAndStartItAgain();
        jesos.awaitSaid(seen, "disconnected");
        awaitRunning("first", "second", "own");
        launchThird();
        jesos.tell("message " + agent + " after");
        jesos.awaitSaid("message after");

        jesos.tell("message " + agent + " exit");
        jesos.awaitSaid("update own TASK_FAILED");
    }

    private void assertThatItGoesOn() throws IOException {
        awaitRunning("first", "second");
        launchThird();
        awaitRunning("first", "second", "third");

        int seen = jesos.said().size();
        jesos.tell("reconcile");
        for (String task : List.of("first", "second", "third")) {
            jesos.awaitSaid(seen, "update " + task + " TASK_RUNNING REASON_RECONCILIATION");
        }
        jesos.tell("kill first "
                + cluster.awaitFramework(id, view -> true).agents().get("first"));
        jesos.awaitSaid("update first TASK_KILLED");

        FrameworkView view = awaitRunning("second", "third");
        assertThat(view.completedTasks()).containsExactly(Map.entry("first", "TASK_KILLED"));
        for (String task : List.of("first", "second", "third")) {
            List<String> starts = Files.readAllLines(directory.resolve(task));
            assertThat(starts).as("starts of %s", task).hasSize(1);
            assertThat(ProcessHandle.of(Long.parseLong(starts.get(0))).isPresent())
                    .as("%s runs", task)
                    .isEqualTo(!task.equals("first"));
        }
        assertThat(jesos.said()).noneMatch(line -> line.startsWith("error") || line.contains("TASK_LOST"));

        jesos.tell("teardown");
        cluster.awaitFramework(id, FrameworkView::removed);
    }

    /**
     * Returns when there is a way from the agent to the master. A new one shows tasks before their agent has found it;
     * what executors say until then is dropped.
     */
    private void launchThird() throws IOException {
        jesos.tell("launch " + task("third"));
        jesos.awaitSaid("update third TASK_RUNNING");
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
