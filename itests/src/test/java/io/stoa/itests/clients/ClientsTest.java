package io.stoa.itests.clients;

import static io.stoa.itests.TaskFiles.awaitLines;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.EndOfTasks;
import io.stoa.master.dev.DevCluster;
import io.stoa.master.dev.DevOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(240)
class ClientsTest {

    private static final String ENDLESS = "sleep 1000";

    @TempDir
    static Path data;

    private static DevCluster cluster;

    @TempDir
    Path directory;

    private final List<ClientProcess> processes = new ArrayList<>();
    private final Set<String> endless = new HashSet<>();

    @BeforeAll
    static void startCluster() throws Exception {
        Client.fetchAll();
        cluster = DevCluster.start(new DevOptions(2, 0, data));
    }

    @AfterAll
    static void endCluster() {
        if (cluster != null) {
            try (DevCluster ending = cluster) {
                new EndOfTasks(ending).close();
            }
        }
    }

    /** Tasks, too: a cluster that fails may not end them. */
    @AfterEach
    void endProcesses() throws IOException {
        processes.forEach(ClientProcess::close);
        for (String task : endless) {
            for (String pid : Files.exists(file(task)) ? Files.readAllLines(file(task)) : List.<String>of()) {
                ProcessHandle.of(Long.parseLong(pid))
                        .filter(process ->
                                process.info().commandLine().orElse("").endsWith(ENDLESS))
                        .ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTaskRunsAndFinishesAndAnotherIsKilled(Client client) throws Exception {
        ClientProcess framework = start(client, "short=echo ran >> " + file("short"), endless("long"));
        String id = framework.awaitSaid("subscribed");
        String brief = framework.awaitSaid("launched short");
        String endless = framework.awaitSaid("launched long");
        framework.awaitSaid("update " + brief + " TASK_FINISHED");
        framework.awaitSaid("update " + endless + " TASK_RUNNING");

        awaitView(id, view -> view.completedTasks().containsKey(brief));
        FrameworkView running = view(id);
        assertThat(running.connected()).isTrue();
        assertThat(running.tasks()).containsExactly(Map.entry(endless, "TASK_RUNNING"));
        assertThat(running.completedTasks()).containsExactly(Map.entry(brief, "TASK_FINISHED"));
        assertThat(Files.readAllLines(file("short"))).containsExactly("ran");
        ProcessHandle process = processOf("long");

        framework.tell("kill " + endless + " " + running.agents().get(endless));

        framework.awaitSaid("update " + endless + " TASK_KILLED");
        awaitEnd(process);
        awaitView(id, view -> view.tasks().isEmpty());
        assertThat(view(id).completedTasks())
                .containsOnly(Map.entry(brief, "TASK_FINISHED"), Map.entry(endless, "TASK_KILLED"));
        assertThat(updates(framework, brief)).containsExactly("TASK_STARTING", "TASK_RUNNING", "TASK_FINISHED");
        assertThat(updates(framework, endless)).containsExactly("TASK_STARTING", "TASK_RUNNING", "TASK_KILLED");
        assertThatNothingWasRefused(framework);
    }

    @ParameterizedTest
    @EnumSource
    void reconciliationTellsOfKnownAndOfUnknownTasks(Client client) throws Exception {
        ClientProcess framework = start(client, endless("first"), endless("second"));
        String id = framework.awaitSaid("subscribed");
        String first = framework.awaitSaid("launched first");
        String second = framework.awaitSaid("launched second");
        framework.awaitSaid("update " + first + " TASK_RUNNING");
        framework.awaitSaid("update " + second + " TASK_RUNNING");
        awaitView(id, view -> List.copyOf(view.tasks().values()).equals(List.of("TASK_RUNNING", "TASK_RUNNING")));
        String agent = view(id).agents().get(first);

        int seen = framework.said().size();
        framework.tell("reconcile " + first + " " + agent);
        framework.awaitSaid(seen, "update " + first + " TASK_RUNNING REASON_RECONCILIATION");
        framework.tell("reconcile nobody " + agent);
        framework.awaitSaid(seen, "update nobody TASK_LOST REASON_RECONCILIATION");
        assertThat(framework.said().subList(seen, framework.said().size())).hasSize(2);

        seen = framework.said().size();
        framework.tell("reconcile");
        framework.awaitSaid(seen, "update " + first + " TASK_RUNNING REASON_RECONCILIATION");
        framework.awaitSaid(seen, "update " + second + " TASK_RUNNING REASON_RECONCILIATION");
        assertThatNothingWasRefused(framework);
    }

    @ParameterizedTest
    @EnumSource
    void aKilledFrameworkSubscribesAgainAndFindsItsTasks(Client client) throws Exception {
        String[] tasks = {endless("first"), endless("second")};
        String id;
        String first;
        String second;
        try (ClientProcess before = start(client, tasks)) {
            id = before.awaitSaid("subscribed");
            first = before.awaitSaid("launched first");
            second = before.awaitSaid("launched second");
            before.awaitSaid("update " + first + " TASK_RUNNING");
            before.awaitSaid("update " + second + " TASK_RUNNING");
            awaitView(id, view -> view.tasks().size() == 2);
            assertThatNothingWasRefused(before);
        }
        awaitView(id, view -> !view.connected());
        Map<String, String> running = Map.of(first, "TASK_RUNNING", second, "TASK_RUNNING");
        assertThat(view(id).tasks()).isEqualTo(running);

        ClientProcess after = start(client, tasks);
        assertThat(after.awaitSaid("subscribed")).isEqualTo(id);
        after.tell("reconcile");
        after.awaitSaid("update " + first + " TASK_RUNNING REASON_RECONCILIATION");
        after.awaitSaid("update " + second + " TASK_RUNNING REASON_RECONCILIATION");
        FrameworkView found = view(id);
        assertThat(found.connected()).isTrue();
        assertThat(found.tasks()).isEqualTo(running);
        ProcessHandle firstProcess = processOf("first");
        ProcessHandle secondProcess = processOf("second");

        after.tell("kill " + first + " " + found.agents().get(first));
        after.awaitSaid("update " + first + " TASK_KILLED");
        awaitEnd(firstProcess);
        assertThat(secondProcess.isAlive()).isTrue();
        assertThatNothingWasRefused(after);

        after.tell("teardown");
        awaitView(id, FrameworkView::removed);
        awaitEnd(secondProcess);
    }

    private ClientProcess start(Client client, String... tasks) throws IOException {
        List<String> command = new ArrayList<>(client.command());
        command.addAll(List.of(
                cluster.masterAddress(),
                cluster.zooKeeperAddress(),
                directory.getFileName().toString()));
        command.addAll(List.of(tasks));
        ClientProcess process = ClientProcess.start(directory, command);
        processes.add(process);
        return process;
    }

    /** A task that writes its process id whenever it is started. */
    private String endless(String name) {
        endless.add(name);
        return name + "=echo $$ >> " + file(name) + "; exec " + ENDLESS;
    }

    private Path file(String task) {
        return directory.resolve(task + ".txt");
    }

    /** The process of a task, which was started once and runs. */
    private ProcessHandle processOf(String task) throws IOException {
        List<String> pids = awaitLines(file(task), 1);
        assertThat(pids).as("starts of %s", task).hasSize(1);
        ProcessHandle process =
                ProcessHandle.of(Long.parseLong(pids.get(0))).orElseThrow(() -> new AssertionError(task + " is gone"));
        assertThat(process.isAlive()).isTrue();
        return process;
    }

    private static void awaitEnd(ProcessHandle process) {
        await().until(() -> !process.isAlive());
    }

    private static FrameworkView view(String id) throws IOException, InterruptedException {
        return FrameworkView.read(cluster.masterAddress(), id);
    }

    private static void awaitView(String id, Predicate<FrameworkView> wanted) {
        await().untilAsserted(() -> assertThat(view(id)).matches(wanted));
    }

    /** The states that a task went through, as the client was told of them. */
    private static List<String> updates(ClientProcess framework, String task) {
        String start = "update " + task + " ";
        return framework.said().stream()
                .filter(line -> line.startsWith(start) && !line.endsWith("REASON_RECONCILIATION"))
                .map(line -> line.split(" ", -1)[2])
                .distinct()
                .toList();
    }

    private static void assertThatNothingWasRefused(ClientProcess framework) {
        assertThat(framework.said()).noneMatch(line -> line.startsWith("error"));
    }
}
