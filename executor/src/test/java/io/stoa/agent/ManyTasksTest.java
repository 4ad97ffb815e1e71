package io.stoa.agent;

import static io.stoa.agent.AgentTest.acknowledge;
import static io.stoa.agent.AgentTest.runTask;
import static io.stoa.testing.Patience.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.link.FakeMaster;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.KillTask;
import io.stoa.proto.agent.MasterMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** As many tasks at once as a host may get, and what is left of them on it. */
@Timeout(180)
class ManyTasksTest {

    private static final int TASKS = 200;
    private static final int WARM_UP_TASKS = 20;

    @TempDir
    Path directory;

    private FakeMaster master;
    private Agent agent;

    @BeforeEach
    void start() throws IOException {
        master = new FakeMaster(0);
        agent = Agent.start(AgentTest.config("here", AgentConfig.Recovery.STANDARD, master, directory));
    }

    @AfterEach
    void stop() throws Exception {
        try {
            agent.unregister();
            agent.ended().get();
        } finally {
            agent.close();
            master.close();
        }
    }

    @Test
    void nothingIsLeftOfTasksThatRunAtOnce() throws Exception {
        FakeMaster.Stream stream = master.admit("m-S0");
        runAndKill(stream, "first", WARM_UP_TASKS);
        awaitNothingLeft();
        long descriptors = entries(Path.of("/proc/self/fd"));

        Map<String, TaskStatus> running = runAndKill(stream, "task", TASKS);

        awaitNothingLeft();
        await().untilAsserted(
                        () -> assertThat(entries(Path.of("/proc/self/fd"))).isLessThanOrEqualTo(descriptors));
        assertThat(running).hasSize(TASKS);
        for (TaskStatus status : running.values()) {
            String container = status.getContainerStatus().getContainerId().getValue();
            assertThat(hasGroup(container)).as(container).isFalse();
        }
    }

    /** What they said when they ran. */
    private static Map<String, TaskStatus> runAndKill(FakeMaster.Stream stream, String name, int tasks)
            throws Exception {
        List<String> ids = IntStream.range(0, tasks).mapToObj(i -> name + i).toList();
        // A shell that waits for its child: what is killed is more than one process.
        ids.forEach(id -> stream.say(runTask(id, "sleep 1000; true")));
        Map<String, TaskStatus> running = until(stream, TaskState.TASK_RUNNING, tasks);
        ids.forEach(id -> stream.say(MasterMessage.newBuilder()
                .setKillTask(KillTask.newBuilder().setFrameworkId("f").setTaskId(id))));
        until(stream, TaskState.TASK_KILLED, tasks);
        return running;
    }

    private static Map<String, TaskStatus> until(FakeMaster.Stream stream, TaskState state, int tasks)
            throws Exception {
        Map<String, TaskStatus> reached = new HashMap<>();
        while (reached.size() < tasks) {
            AgentMessage message = stream.next();
            TaskStatus status = TaskStatus.parseFrom(message.getStatusUpdate().getStatus());
            acknowledge(stream, status);
            if (status.getState() == state) {
                reached.put(status.getTaskId().getValue(), status);
            }
        }
        return reached;
    }

    /** Tasks are told to have ended before the last is swept up. */
    private void awaitNothingLeft() {
        await().untilAsserted(() -> {
            assertThat(processes()).isEmpty();
            assertThat(directory.resolve("run/containers")).isEmptyDirectory();
            assertThat(Files.readString(Path.of("/proc/self/mountinfo"), ISO_8859_1))
                    .doesNotContain(directory.toString());
        });
    }

    /** A shim works in its container's directory, and what it started in the sandbox. */
    private List<Path> processes() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(process -> leadsHere(process.resolve("cwd"))).toList();
        }
    }

    private boolean leadsHere(Path link) {
        try {
            return Files.readSymbolicLink(link).startsWith(directory);
        } catch (IOException e) {
            // It is gone, or is no process.
            return false;
        }
    }

    private static boolean hasGroup(String container) throws IOException {
        Path mounts = Path.of("/sys/fs/cgroup");
        if (Files.notExists(mounts)) {
            return false;
        }
        try (Stream<Path> hierarchies = Files.list(mounts)) {
            return Stream.concat(Stream.of(mounts), hierarchies)
                    .anyMatch(
                            hierarchy -> Files.exists(hierarchy.resolve("mesos").resolve(container)));
        }
    }

    private static long entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.count();
        }
    }
}
