package io.stoa.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.client.resources.Resources;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.Value;
import org.junit.jupiter.api.Test;

class ProgramTest {

    private static final Resources ONE_CPU = Resources.of(List.of(Resource.newBuilder()
            .setName("cpus")
            .setType(Value.Type.SCALAR)
            .setScalar(Value.Scalar.newBuilder().setValue(1))
            .build()));

    @Test
    void aCommandIsALineForTheShellThatKnowsItsNumber() {
        TaskInfo task = new Program(Optional.of("run $NUMBER"), Optional.empty(), 1, 32)
                .task(new WorkId("job", 7, 2), "agent", ONE_CPU, Map.of("key", "value"));

        assertThat(task.getTaskId().getValue()).isEqualTo("job.7.2");
        assertThat(task.getAgentId().getValue()).isEqualTo("agent");
        assertThat(Resources.of(task)).isEqualTo(ONE_CPU);
        assertThat(task.getCommand().getShell()).isTrue();
        assertThat(task.getCommand().getValue()).isEqualTo("run $NUMBER");
        assertThat(task.getCommand().getEnvironment().getVariables(0).getName()).isEqualTo("NUMBER");
        assertThat(task.getCommand().getEnvironment().getVariables(0).getValue())
                .isEqualTo("7");
        assertThat(task.getLabels().getLabels(0).getKey()).isEqualTo("key");
        assertThat(task.hasContainer()).isFalse();
    }

    @Test
    void anImageRunsWhatItSaysItself() {
        TaskInfo task = new Program(Optional.empty(), Optional.of("nginx:1"), 1, 32)
                .task(new WorkId("web", 0, 0), "agent", ONE_CPU, Map.of());

        assertThat(task.getContainer().getType()).isEqualTo(ContainerInfo.Type.DOCKER);
        assertThat(task.getContainer().getDocker().getImage()).isEqualTo("nginx:1");
        assertThat(task.getCommand().getShell()).isFalse();
        assertThat(task.getCommand().hasValue()).isFalse();
    }

    @Test
    void whatCannotRunIsRefused() {
        assertThatThrownBy(() -> new Program(Optional.empty(), Optional.empty(), 1, 1))
                .hasMessage("command, image: none (expected: one of them, or both)");
        assertThatThrownBy(() -> new Program(Optional.of("true"), Optional.empty(), 0, 1))
                .hasMessage("cpus: 0.0 (expected: > 0)");
        assertThatThrownBy(() -> new Program(Optional.of("true"), Optional.empty(), 1, Double.NaN))
                .hasMessage("memMb: NaN (expected: > 0)");
    }
}
