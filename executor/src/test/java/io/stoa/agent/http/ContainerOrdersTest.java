package io.stoa.agent.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.container.ContainerId;
import io.stoa.agent.container.ContainerListener;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containers;
import io.stoa.agent.container.IdleContainerizer;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.ContainerInfo.DockerInfo;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.Image;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.agent.Protos.Call;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerOrdersTest {

    private static final int MAX_LIVE = 1_000;

    private final Host host = new Host();
    private final Containers containers = new Containers(List.of(host));
    private ContainerOrders orders;

    @BeforeEach
    void start(@TempDir Path directory) {
        orders = new ContainerOrders(
                containers, new AgentPaths(directory.resolve("work"), directory.resolve("run")), false, Runnable::run);
    }

    @Test
    void operatorsLaunchNoMoreThanAHostCanTake() {
        for (int i = 0; i < MAX_LIVE; i++) {
            assertThat(launch("c" + i).status()).isEqualTo(200);
        }
        HttpResponse refused = launch("late");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(new String(refused.body(), UTF_8))
                .isEqualTo("Containers that operators launched: 1000 (expected: < 1000)");
        assertThat(launch("c0").status()).as("it is there").isEqualTo(202);
        assertThat(containers.all()).hasSize(MAX_LIVE);

        host.end("c0");
        assertThat(launch("late").status()).isEqualTo(200);
        assertThat(launch("later").status()).isEqualTo(503);
    }

    @Test
    void whatIsNotLaunchedTakesNoRoom() {
        host.broken = true;
        for (int i = 0; i < MAX_LIVE; i++) {
            assertThat(launch("c" + i).status()).isEqualTo(400);
        }
        host.broken = false;
        assertThat(launch("c").status()).isEqualTo(200);
    }

    @Test
    void whatBringsAnImageIsNotNestedInAnother() {
        assertThat(launch("c").status()).isEqualTo(200);
        ContainerInfo.Builder docker = ContainerInfo.newBuilder()
                .setType(ContainerInfo.Type.DOCKER)
                .setDocker(DockerInfo.newBuilder().setImage("x"));
        ContainerInfo.Builder image = ContainerInfo.newBuilder().setType(ContainerInfo.Type.MESOS);
        image.getMesosBuilder().getImageBuilder().setType(Image.Type.DOCKER);
        for (ContainerInfo.Builder info : List.of(docker, image)) {
            HttpResponse refused = launch(nested().setContainer(info));
            assertThat(refused.status()).isEqualTo(400);
            assertThat(new String(refused.body(), UTF_8)).isEqualTo("The provided ContainerInfo is not supported");
        }
        assertThat(launch(nested()).status()).isEqualTo(200);
    }

    private static Call.LaunchContainer.Builder nested() {
        return call(ContainerId.of("c").child("n"));
    }

    private HttpResponse launch(String id) {
        return launch(call(ContainerId.of(id)));
    }

    private HttpResponse launch(Call.LaunchContainer.Builder call) {
        return orders.launch(ContainerOrders.Order.of(call.build())).join();
    }

    private static Call.LaunchContainer.Builder call(ContainerId id) {
        return Call.LaunchContainer.newBuilder()
                .setContainerId(id.toProto())
                .setCommand(CommandInfo.newBuilder().setValue("true"));
    }

    /** What is launched runs until the test ends it. */
    private static final class Host extends IdleContainerizer {

        private final Map<String, ContainerListener> listeners = new HashMap<>();
        private boolean broken;

        void end(String id) {
            ContainerListener listener = listeners.get(id);
            if (listener != null) {
                listener.ended(new End(TaskState.TASK_FINISHED, null, ""));
            }
        }

        @Override
        public Container launch(ContainerSpec spec, ContainerListener listener) {
            if (broken) {
                throw new IllegalStateException("broken");
            }
            listeners.put(spec.containerId(), listener);
            listener.running(ContainerStatus.getDefaultInstance());
            return graceMs -> {};
        }
    }
}
