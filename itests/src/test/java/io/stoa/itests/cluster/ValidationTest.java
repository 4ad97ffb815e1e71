package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.createVolume;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Calls.reserve;
import static io.stoa.itests.Calls.unreserve;
import static io.stoa.itests.Calls.update;
import static io.stoa.itests.Calls.withId;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.reserved;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.itests.Fixtures.volume;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.itests.SchedulerClient;
import io.stoa.state.resources.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Offer.Operation;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is wrong is refused in Mesos' words by a real master, and never reaches the agent; what is right beside it runs.
 */
@Timeout(180)
class ValidationTest {

    @TempDir
    static Path directory;

    private static ProcessCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = ProcessCluster.start(directory);
        cluster.agent("agent", "--resources=cpus:4;mem:1024;disk:128;ports:[]");
    }

    @AfterEach
    void leaveNothing() throws Exception {
        cluster.tearDownFrameworks();
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    private static ExecutorInfo.Builder executor(String id) {
        return ExecutorInfo.newBuilder().setExecutorId(ExecutorID.newBuilder().setValue(id));
    }

    @Test
    void eachWrongTaskIsRefusedForItselfAndTheRightOneRuns() throws Exception {
        try (SchedulerClient client = cluster.subscribe(framework("wrong"))) {
            Offer offer = client.awaitOpenOffer(any -> true);
            AgentID agent = offer.getAgentId();
            Map<TaskInfo, String> wrong = new LinkedHashMap<>();
            wrong.put(task("huge", agent, "cpus:1000"), "Total resources cpus(allocated: *):1000 required by task");
            wrong.put(
                    task("elsewhere", AgentID.newBuilder().setValue("nowhere").build(), "cpus:1"),
                    "Task uses invalid agent nowhere while agent " + agent.getValue() + " is expected");
            wrong.put(task("a/b", agent, "cpus:1"), "'a/b' contains invalid characters");
            TaskInfo.Builder negative = task("negative", agent, "cpus:1").toBuilder();
            negative.getResourcesBuilder(0).getScalarBuilder().setValue(-1);
            wrong.put(negative.build(), "Resource 'cpus:-1' is invalid: Invalid scalar resource: value <= 0");
            wrong.put(
                    task("nothing", agent, "cpus:1").toBuilder().clearCommand().build(),
                    "Task should have at least one (but not both) of CommandInfo or ExecutorInfo present");
            wrong.put(
                    task("stranger", agent, "cpus:1").toBuilder()
                            .clearCommand()
                            .setExecutor(executor("x")
                                    .setFrameworkId(FrameworkID.newBuilder().setValue("other")))
                            .build(),
                    "ExecutorInfo has an invalid FrameworkID (Actual: other vs Expected: "
                            + client.id().getValue() + ")");
            wrong.put(
                    task("default", agent, "cpus:1").toBuilder()
                            .clearCommand()
                            .setExecutor(executor("x").setType(ExecutorInfo.Type.DEFAULT))
                            .build(),
                    "'ExecutorInfo.type' must be 'CUSTOM'");
            TaskInfo.Builder impatient = task("impatient", agent, "cpus:1").toBuilder();
            impatient.getKillPolicyBuilder().getGracePeriodBuilder().setNanoseconds(-1);
            wrong.put(impatient.build(), "Task's 'kill_policy.grace_period' must be non-negative");
            TaskInfo.Builder unchecked = task("unchecked", agent, "cpus:1").toBuilder();
            unchecked.getHealthCheckBuilder().setDelaySeconds(1);
            wrong.put(unchecked.build(), "Task uses invalid health check: HealthCheck must specify 'type'");

            Operation.Builder[] operations = Stream.concat(
                            wrong.keySet().stream(), Stream.of(task("right", agent, "cpus:1")))
                    .map(task -> launch(task))
                    .toArray(Operation.Builder[]::new);
            client.call(accept(offer, operations));

            client.awaitState("right", TaskState.TASK_FINISHED);
            for (Map.Entry<TaskInfo, String> refused : wrong.entrySet()) {
                TaskStatus status =
                        client.awaitState(refused.getKey().getTaskId().getValue(), TaskState.TASK_ERROR);
                assertThat(status.getMessage()).startsWith(refused.getValue());
                assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_TASK_INVALID);
                assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_MASTER);
                assertThat(status.hasUuid()).isFalse();
            }
            client.call(accept(offer, launch(task("late", agent, "cpus:1"))));
            assertThat(client.awaitState("late", TaskState.TASK_LOST).getReason())
                    .isEqualTo(TaskStatus.Reason.REASON_INVALID_OFFERS);
        }
        assertThat(sandboxes()).containsExactly("right");
    }

    /** Of which tasks the agent has ever heard. */
    private static List<String> sandboxes() throws IOException {
        try (Stream<Path> all = Files.walk(directory.resolve("agent/slaves"))) {
            return all.map(Path::toString)
                    .filter(path -> path.matches(".*/executors/[^/]+"))
                    .map(path -> path.substring(path.lastIndexOf('/') + 1))
                    .toList();
        }
    }

    private static TaskInfo task(String id, AgentID agent, String resources) {
        return shellTask(id, agent, "true", Resources.parse(resources).toProto());
    }

    @Test
    void wrongGroupsAreRefusedAsAWhole() throws Exception {
        try (SchedulerClient client = cluster.subscribe(framework("group"))) {
            Offer offer = client.awaitOpenOffer(any -> true);
            Operation.LaunchGroup.Builder group = Operation.LaunchGroup.newBuilder()
                    .setExecutor(executor("dx")
                            .setType(ExecutorInfo.Type.DEFAULT)
                            .setFrameworkId(client.id())
                            .addAllResources(Resources.parse("cpus:0.1").toProto()));
            group.getTaskGroupBuilder()
                    .addTasks(task("one", offer.getAgentId(), "cpus:0.1;mem:32"))
                    .addTasks(task("two", offer.getAgentId(), "cpus:0.1;mem:32"));
            client.call(accept(
                    offer,
                    Operation.newBuilder().setType(Operation.Type.LAUNCH_GROUP).setLaunchGroup(group)));
            for (String id : new String[] {"one", "two"}) {
                TaskStatus status = client.awaitState(id, TaskState.TASK_ERROR);
                assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_TASK_GROUP_INVALID);
                assertThat(status.getMessage())
                        .isEqualTo("Executor 'dx' uses less memory (None) than the minimum required (32MB)");
            }
        }
    }

    @Test
    void wrongOperationsAreRefusedAndTheOthersOfTheCallDone() throws Exception {
        Resource disk = reserved("disk", 64, "team");
        try (SchedulerClient client = cluster.subscribe(framework("operations", "team"))) {
            client.call(accept(
                    client.awaitOpenOffer(any -> true),
                    withId("others", reserve(reserved("disk", 64, "other"))),
                    withId("absent", unreserve(disk)),
                    withId("right", reserve(disk)),
                    withId(
                            "twice",
                            createVolume(
                                    volume("v", reserved("disk", 32, "team")),
                                    volume("v", reserved("disk", 32, "team")))),
                    withId("launch", launch()),
                    withId("too much", reserve(reserved("disk", 100, "team")))));
            assertThatItIsRefused(
                    client,
                    "others",
                    "A reserve operation was attempted for a resource with role 'other', but the resource was allocated to role 'team'; on agent ");
            assertThatItIsRefused(
                    client,
                    "absent",
                    "cpus(allocated: team):4; mem(allocated: team):1024; disk(allocated: team):128 does not contain disk(allocated: team)(reservations: [(DYNAMIC,team)]):64");
            assertThatItIsRefused(client, "twice", "Persistence ID 'v' is not unique; on agent ");
            assertThatItIsRefused(
                    client,
                    "too much",
                    "cpus(allocated: team):4; mem(allocated: team):1024; disk(allocated: team):64; disk(allocated: team)(reservations: [(DYNAMIC,team)]):64 does not contain disk(allocated: team):100");
            assertThat(client.awaitOperation("right").getState()).isEqualTo(OperationState.OPERATION_FINISHED);
            Offer after = client.awaitOpenOffer(any -> true);
            assertThat(Resources.of(after.getResourcesList()).contains(Resources.of(List.of(disk))))
                    .isTrue();
            client.call(accept(after, unreserve(disk)));
        }
    }

    private static void assertThatItIsRefused(SchedulerClient client, String id, String message) throws Exception {
        OperationStatus status = client.awaitOperation(id);
        assertThat(status.getState()).isEqualTo(OperationState.OPERATION_ERROR);
        assertThat(status.hasUuid()).isFalse();
        assertThat(status.getMessage()).startsWith(message);
    }

    @Test
    void wrongFrameworksAreTurnedAwayAndWrongChangesRefused() throws Exception {
        assertThatThrownBy(() -> SchedulerClient.subscribe(
                        cluster.address(), framework("bad role", "a//b").build()))
                .hasMessageContaining(
                        "ERROR 'FrameworkInfo.roles' contains invalid role: Role 'a//b' cannot contain two adjacent slashes");
        assertThatThrownBy(() -> SchedulerClient.subscribe(
                        cluster.address(),
                        Call.Subscribe.newBuilder()
                                .setFrameworkInfo(framework("stranger", "a"))
                                .addSuppressedRoles("b")))
                .hasMessageContaining("ERROR Suppressed roles { b } are not contained in the set of roles");
        try (SchedulerClient client = cluster.subscribe(framework("changes", "a"))) {
            assertThatThrownBy(() -> client.call(update(framework("changes", "a")
                            .setId(client.id())
                            .setCheckpoint(false)
                            .build())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(
                            "FrameworkInfo update is not valid: Updating 'FrameworkInfo.checkpoint' is unsupported");
            client.awaitOpenOffer(any -> true);
        }
    }
}
