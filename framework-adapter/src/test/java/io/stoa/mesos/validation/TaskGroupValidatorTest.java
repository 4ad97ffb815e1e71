package io.stoa.mesos.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.HealthCheck;
import org.apache.mesos.v1.Protos.LinuxInfo;
import org.apache.mesos.v1.Protos.NetworkInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.junit.jupiter.api.Test;

class TaskGroupValidatorTest {

    private static ExecutorInfo.Builder executor(String resources) {
        return TaskValidatorTest.executor("x", resources)
                .setType(ExecutorInfo.Type.DEFAULT)
                .clearCommand();
    }

    private static Optional<String> invalidity(ExecutorInfo.Builder executor, TaskInfo.Builder... tasks) {
        List<TaskInfo> all = Arrays.stream(tasks)
                .map(task -> (task.hasExecutor() ? task : task.setExecutor(executor)).build())
                .toList();
        return TaskGroupValidator.invalidity(all, executor.build(), TaskValidatorTest.CONTEXT);
    }

    /** On an executor that is as it should be. */
    private static Optional<String> withTask(TaskInfo.Builder task) {
        return invalidity(executor("cpus:0.1;mem:32;disk:1"), task);
    }

    private static TaskInfo.Builder task() {
        return TaskValidatorTest.task("cpus:0.1;mem:32");
    }

    private static ContainerInfo.Builder container() {
        return ContainerInfo.newBuilder().setType(ContainerInfo.Type.MESOS);
    }

    @Test
    void anExecutorNeedsAMinimum() {
        assertThat(invalidity(executor("mem:32"), task()))
                .contains("Executor 'x' uses less CPUs (None) than the minimum required (0.01)");
        assertThat(invalidity(executor("cpus:0.005;mem:32"), task()))
                .contains("Executor 'x' uses less CPUs (0.005) than the minimum required (0.01)");
        assertThat(invalidity(executor("cpus:0.1"), task()))
                .contains("Executor 'x' uses less memory (None) than the minimum required (32MB)");
        assertThat(invalidity(executor("cpus:0.1;mem:31.5"), task()))
                .contains("Executor 'x' uses less memory (31MB) than the minimum required (32MB)");
        assertThat(invalidity(executor("cpus:0.1;mem:32"), task())).contains("Executor 'x' uses no disk");
    }

    @Test
    void theKindOfAnExecutorMustBeKnown() {
        assertThat(invalidity(executor("cpus:1").clearType(), task())).contains("'ExecutorInfo.type' must be set");
        assertThat(invalidity(executor("cpus:1").setType(ExecutorInfo.Type.UNKNOWN), task()))
                .contains("Unknown executor type");
        assertThat(invalidity(executor("cpus:1").clearFrameworkId(), task()))
                .contains("'ExecutorInfo.framework_id' must be set");
    }

    @Test
    void tasksAreJudgedFirstAndByName() {
        assertThat(withTask(task().setTaskId(TaskID.newBuilder().setValue("taken"))))
                .contains("Task 'taken' is invalid: Task has duplicate ID: taken");
        assertThat(withTask(task().setContainer(container()
                        .setType(ContainerInfo.Type.DOCKER)
                        .setDocker(ContainerInfo.DockerInfo.newBuilder().setImage("i")))))
                .contains("Task 't' is invalid: Docker ContainerInfo is not supported on the task");
        assertThat(withTask(task().setContainer(container()
                                .addNetworkInfos(NetworkInfo.newBuilder().setName("n")))
                        .setHealthCheck(HealthCheck.newBuilder()
                                .setType(HealthCheck.Type.HTTP)
                                .setHttp(HealthCheck.HTTPCheckInfo.newBuilder().setPort(80)))))
                .contains("Task 't' is invalid: HTTP and TCP health checks are not supported for nested containers"
                        + " not joining parent's network");
    }

    @Test
    void allTasksHaveTheExecutorOfTheGroup() {
        assertThat(withTask(task().setExecutor(executor("cpus:1"))))
                .contains("The `ExecutorInfo` of task 't' is different from executor 'x'");
    }

    @Test
    void whatFitsIsFine() {
        assertThat(withTask(task())).isEmpty();
        assertThat(withTask(TaskValidatorTest.task("cpus:3.9;mem:32"))).isEmpty();
        assertThat(withTask(TaskValidatorTest.task("cpus:4;mem:32")))
                .contains("Total resources cpus(allocated: *):4.1; mem(allocated: *):64; disk(allocated: *):1 required"
                        + " by task group and its executor are more than available ports(allocated: *):[31000-32000];"
                        + " cpus(allocated: *):4; mem(allocated: *):4096; disk(allocated: *):10");
    }

    @Test
    void portsMustNotOverlap() {
        assertThat(invalidity(
                        executor("cpus:0.1;mem:32;disk:1"),
                        TaskValidatorTest.task("cpus:0.1;ports:[31000-31001]"),
                        TaskValidatorTest.task("cpus:0.1;ports:[31001-31002]")))
                .contains("There are overlapping resources in the task group's task resources"
                        + " [ cpus(allocated: *):0.1; ports(allocated: *):[31000-31001],"
                        + " cpus(allocated: *):0.1; ports(allocated: *):[31001-31002] ] and/or executor resources"
                        + " cpus(allocated: *):0.1; mem(allocated: *):32; disk(allocated: *):1");
    }

    @Test
    void cgroupsAreSharedByAllOrNone() {
        ContainerInfo.Builder apart =
                container().setLinuxInfo(LinuxInfo.newBuilder().setShareCgroups(false));
        ExecutorInfo.Builder executor = executor("cpus:0.1;mem:32;disk:1");
        assertThat(invalidity(executor, task().setContainer(apart), task().setContainer(apart)))
                .isEmpty();
        assertThat(invalidity(executor, task().setContainer(apart), task()))
                .contains("If set, the value of 'share_cgroups' must be the same for all tasks in each task group and"
                        + " under a single executor");
    }
}
