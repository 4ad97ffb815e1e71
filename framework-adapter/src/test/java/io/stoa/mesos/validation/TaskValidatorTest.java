package io.stoa.mesos.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.state.model.Activation;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.StateVersion;
import io.stoa.state.resources.Resources;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.DurationInfo;
import org.apache.mesos.v1.Protos.Environment;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.HealthCheck;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.Protos.Volume;
import org.junit.jupiter.api.Test;

class TaskValidatorTest {

    private static final Agent AGENT = new Agent(
            new AgentId("S1"),
            AgentInfo.newBuilder().setHostname("localhost").build(),
            ByteString.EMPTY,
            List.of(),
            "1.11.0",
            "127.0.0.1",
            5051,
            Resources.parse("ports:[31000-32000];cpus:4;mem:4096;disk:10"),
            Resources.EMPTY,
            AgentStatus.REGISTERED,
            new Activation.Active(),
            0,
            0,
            0,
            StateVersion.ZERO);

    /** Offers everything of {@link #AGENT}; the task id {@code taken} is in use, the executor {@code old} is there. */
    static final OfferedLaunchContext CONTEXT = new OfferedLaunchContext() {
        @Override
        public FrameworkId frameworkId() {
            return new FrameworkId("F");
        }

        @Override
        public AgentId agentId() {
            return AGENT.id();
        }

        @Override
        public List<AgentInfo.Capability> capabilities() {
            return AGENT.capabilities();
        }

        @Override
        public String role() {
            return "*";
        }

        @Override
        public Resources available() {
            return AGENT.total();
        }

        @Override
        public Optional<String> taskIdConflict(String taskId) {
            return taskId.equals("taken") ? Optional.of("Task has duplicate ID: taken") : Optional.empty();
        }

        @Override
        public Optional<ExecutorInfo> executor(String executorId) {
            return executorId.equals("old")
                    ? Optional.of(TaskValidatorTest.executor("old", "cpus:0.1").build())
                    : Optional.empty();
        }
    };

    static TaskInfo.Builder task(String resources) {
        return TaskInfo.newBuilder()
                .setName("t")
                .setTaskId(TaskID.newBuilder().setValue("t"))
                .setAgentId(AgentID.newBuilder().setValue("S1"))
                .addAllResources(Resources.parse(resources).toProto("*"))
                .setCommand(CommandInfo.newBuilder().setValue("true"));
    }

    static ExecutorInfo.Builder executor(String id, String resources) {
        return ExecutorInfo.newBuilder()
                .setType(ExecutorInfo.Type.CUSTOM)
                .setExecutorId(ExecutorID.newBuilder().setValue(id))
                .setFrameworkId(FrameworkID.newBuilder().setValue("F"))
                .setCommand(CommandInfo.newBuilder().setValue("run"))
                .addAllResources(Resources.parse(resources).toProto("*"));
    }

    private static Optional<String> invalidity(TaskInfo.Builder task) {
        return TaskValidator.invalidity(
                task.build(),
                Resources.of(task.getResourcesList()),
                Resources.of(task.getExecutor().getResourcesList()),
                CONTEXT);
    }

    private static Optional<String> withExecutor(UnaryOperator<ExecutorInfo.Builder> change) {
        return invalidity(task("cpus:1").clearCommand().setExecutor(change.apply(executor("new", "cpus:0.1;mem:32"))));
    }

    private static Optional<String> withId(String id) {
        return invalidity(task("cpus:1").setTaskId(TaskID.newBuilder().setValue(id)));
    }

    @Test
    void anOrdinaryTaskIsFine() {
        assertThat(invalidity(task("cpus:0.1;mem:32;ports:[31000-31001]"))).isEmpty();
        assertThat(withExecutor(executor -> executor)).isEmpty();
    }

    @Test
    void idsMustBeFitForDirectories() {
        assertThat(withId("")).contains("ID must not be empty");
        assertThat(withId(".")).contains("'.' is disallowed");
        assertThat(withId("a/b")).contains("'a/b' contains invalid characters");
        assertThat(withId("x".repeat(256))).contains("ID must not be greater than 255 characters");
        assertThat(withId("x".repeat(255))).isEmpty();
        assertThat(withId("taken")).contains("Task has duplicate ID: taken");
    }

    @Test
    void theAgentMustBeTheOneOfTheOffer() {
        assertThat(invalidity(task("cpus:1").setAgentId(AgentID.newBuilder().setValue("wrong-agent"))))
                .contains("Task uses invalid agent wrong-agent while agent S1 is expected");
    }

    @Test
    void whatDoesNotFitIsToldWithBothSides() {
        assertThat(invalidity(task("cpus:1000;mem:32")))
                .contains("Total resources cpus(allocated: *):1000; mem(allocated: *):32 required by task and its"
                        + " executor is more than available ports(allocated: *):[31000-32000]; cpus(allocated: *):4;"
                        + " mem(allocated: *):4096; disk(allocated: *):10");
        assertThat(invalidity(task("cpus:1;ports:[80-80]")))
                .get()
                .asString()
                .startsWith("Total resources cpus(allocated: *):1; ports(allocated: *):[80-80] required by");
    }

    @Test
    void resourcesAllocatedToAnotherRoleAreNotThere() {
        TaskInfo.Builder other = task("cpus:1").clearResources();
        other.addAllResources(Resources.parse("cpus:0.1").toProto("other"));
        assertThat(invalidity(other))
                .get()
                .asString()
                .startsWith("Total resources cpus(allocated: other):0.1 required by task and its executor is more than"
                        + " available ports(allocated: *):");
        other.addAllResources(Resources.parse("mem:1").toProto("*"));
        assertThat(invalidity(other))
                .contains("Invalid task resources: The resources have multiple allocation roles ('*' and 'other') but"
                        + " only one allocation role is allowed");
    }

    @Test
    void durationsMustNotBeNegative() {
        DurationInfo negative = DurationInfo.newBuilder().setNanoseconds(-1).build();
        assertThat(invalidity(
                        task("cpus:1").setKillPolicy(KillPolicy.newBuilder().setGracePeriod(negative))))
                .contains("Task's 'kill_policy.grace_period' must be non-negative");
        assertThat(invalidity(task("cpus:1").setMaxCompletionTime(negative)))
                .contains("Task's `max_completion_time` must be non-negative");
    }

    @Test
    void aTaskNeedsResourcesAndEitherACommandOrAnExecutor() {
        assertThat(invalidity(task("cpus:1").clearResources())).contains("Task uses no resources");
        String error = "Task should have at least one (but not both) of CommandInfo or ExecutorInfo present";
        assertThat(invalidity(task("cpus:1").clearCommand())).contains(error);
        assertThat(invalidity(task("cpus:1").setExecutor(executor("new", "cpus:0.1"))))
                .contains(error);
        assertThat(invalidity(task("cpus:1;gpus:0.5")))
                .contains("Task uses invalid resources: Invalid 'gpus' resource: The 'gpus' resource must be an"
                        + " unsigned integer");
    }

    @Test
    void checksAndCommandsAreLookedInto() {
        assertThat(invalidity(
                        task("cpus:1").setHealthCheck(HealthCheck.newBuilder().setGracePeriodSeconds(1))))
                .contains("Task uses invalid health check: HealthCheck must specify 'type'");
        assertThat(invalidity(task("cpus:1")
                        .setHealthCheck(HealthCheck.newBuilder()
                                .setType(HealthCheck.Type.TCP)
                                .setTcp(HealthCheck.TCPCheckInfo.newBuilder().setPort(1))
                                .setDelaySeconds(-1))))
                .contains("Task uses invalid health check: Expecting 'delay_seconds' to be non-negative");
        assertThat(invalidity(task("cpus:1")
                        .setCommand(CommandInfo.newBuilder()
                                .setEnvironment(Environment.newBuilder()
                                        .addVariables(Environment.Variable.newBuilder()
                                                .setName("A"))))))
                .contains("Task's `CommandInfo` is invalid: Environment variable 'A' of type 'VALUE' must have a value"
                        + " set");
    }

    @Test
    void containersAreLookedInto() {
        ContainerInfo.Builder docker = ContainerInfo.newBuilder().setType(ContainerInfo.Type.DOCKER);
        assertThat(invalidity(task("cpus:1").setContainer(docker)))
                .contains("Task's `ContainerInfo` is invalid: DockerInfo 'docker' is not set for DOCKER typed"
                        + " ContainerInfo");
        docker.setDocker(ContainerInfo.DockerInfo.newBuilder().setImage("x"))
                .addVolumes(Volume.newBuilder().setContainerPath("/v").setMode(Volume.Mode.RW));
        assertThat(invalidity(task("cpus:1").setContainer(docker)))
                .contains("Task's `ContainerInfo` is invalid: Invalid volume: Only one of them should be set:"
                        + " 'host_path', 'image' and 'source'");
    }

    @Test
    void executorsAreLookedInto() {
        assertThat(withExecutor(executor ->
                        executor.setFrameworkId(FrameworkID.newBuilder().setValue("G"))))
                .contains("ExecutorInfo has an invalid FrameworkID (Actual: G vs Expected: F)");
        assertThat(withExecutor(
                        executor -> executor.setType(ExecutorInfo.Type.DEFAULT).clearCommand()))
                .contains("'ExecutorInfo.type' must be 'CUSTOM'");
        assertThat(withExecutor(ExecutorInfo.Builder::clearCommand))
                .contains("'ExecutorInfo.command' must be set for 'CUSTOM' executor");
    }

    @Test
    void anExecutorThatRunsIsNeitherCountedAgainNorChanged() {
        TaskInfo.Builder task = task("cpus:4").clearCommand();
        assertThat(invalidity(task.setExecutor(executor("old", "cpus:0.1")))).isEmpty();
        assertThat(invalidity(task.setExecutor(executor("new", "cpus:0.1"))))
                .get()
                .asString()
                .startsWith("Total resources cpus(allocated: *):4.1 required by task and its executor is more than");
        assertThat(invalidity(task.setExecutor(executor("old", "cpus:0.2"))))
                .get()
                .asString()
                .startsWith("ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID.\n---")
                .contains("Existing ExecutorInfo:\nexecutor_id {\n  value: \"old\"\n}\n");
    }

    @Test
    void portsOfTaskAndExecutorMustNotOverlap() {
        assertThat(invalidity(task("cpus:1;ports:[31000-31001]")
                        .clearCommand()
                        .setExecutor(executor("new", "ports:[31001-31002]"))))
                .contains("There are overlapping resources in the task resources cpus(allocated: *):1;"
                        + " ports(allocated: *):[31000-31001] and executor resources ports(allocated:"
                        + " *):[31001-31002]");
    }

    @Test
    void limitsNeedAnAgentThatKnowsThem() {
        assertThat(invalidity(task("cpus:1")
                        .putLimits("cpus", Value.Scalar.newBuilder().setValue(2).build())))
                .contains("Agent is not capable of handling task resource limits");
    }

    /** Whatever the bytes, if they are a task at all then it is judged. */
    @Property(tries = 2000)
    void nothingThrows(@ForAll @Size(max = 60) byte[] noise) {
        byte[] valid = task("cpus:1;mem:32")
                .setExecutor(executor("new", "cpus:1"))
                .build()
                .toByteArray();
        for (int i = 0; i + 1 < noise.length; i += 2) {
            valid[Math.floorMod(noise[i] * 131, valid.length)] = noise[i + 1];
        }
        TaskInfo task;
        try {
            task = TaskInfo.parseFrom(valid);
        } catch (InvalidProtocolBufferException e) {
            return;
        }
        try {
            Resources.of(task.getResourcesList());
            Resources.of(task.getExecutor().getResourcesList());
        } catch (IllegalArgumentException e) {
            return;
        }
        assertThat(invalidity(task.toBuilder())).isNotNull();
    }
}
