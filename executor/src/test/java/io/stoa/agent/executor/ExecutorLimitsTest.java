package io.stoa.agent.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.resources.Resources;
import java.util.List;
import java.util.Map;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.Value;
import org.junit.jupiter.api.Test;

class ExecutorLimitsTest {

    @Test
    void whatNobodyLimitsIsNotLimited() {
        assertThat(limits(task("cpus:1;mem:64"))).isEmpty();
    }

    @Test
    void limitsAreSummedWithWhatOthersAskFor() {
        TaskInfo limited =
                task("cpus:1;mem:64").toBuilder().putLimits("mem", scalar(128)).buildPartial();
        assertThat(limits(limited, task("cpus:1;mem:64")))
                .containsExactlyEntriesOf(Map.of("mem", scalar(32 + 128 + 64)));
    }

    @Test
    void unlimitedTaskMakesItUnlimited() {
        TaskInfo unlimited = task("cpus:1;mem:64").toBuilder()
                .putLimits("mem", scalar(Double.POSITIVE_INFINITY))
                .buildPartial();
        assertThat(limits(unlimited)).containsEntry("mem", scalar(Double.POSITIVE_INFINITY));
    }

    /** What has no limit of CPUs takes what is free. */
    @Test
    void cpusAreLimitedWhereAllTasksAre() {
        TaskInfo limited =
                task("cpus:1;mem:64").toBuilder().putLimits("cpus", scalar(2)).buildPartial();
        assertThat(limits(limited, limited)).containsEntry("cpus", scalar(4.5));
        assertThat(limits(limited, task("cpus:1;mem:64"))).containsEntry("cpus", scalar(Double.POSITIVE_INFINITY));
    }

    private static Map<String, Value.Scalar> limits(TaskInfo... tasks) {
        return ExecutorLimits.of(
                ExecutorInfo.newBuilder()
                        .addAllResources(Resources.parse("cpus:0.5;mem:32", "*").toProto())
                        .buildPartial(),
                List.of(tasks));
    }

    private static TaskInfo task(String resources) {
        return TaskInfo.newBuilder()
                .addAllResources(Resources.parse(resources, "*").toProto())
                .buildPartial();
    }

    private static Value.Scalar scalar(double value) {
        return Value.Scalar.newBuilder().setValue(value).build();
    }
}
