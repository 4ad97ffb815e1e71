package io.stoa.agent.process;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.LaunchedTask;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ProcessFixtureTest {

    @Test
    void testThatFailsLeavesNothing(@TempDir Path directory) throws Exception {
        TestCgroups cgroups = new TestCgroups();
        ProcessHandle shim;
        try (ProcessFixture host = new ProcessFixture(directory, cgroups.config())) {
            ContainerSpec pod = host.spec("unused");
            host.enclose(pod);
            host.launch(host.nested(pod.id(), "sleep 1000")).awaitRunning();
            LaunchedTask task = host.launch("trap '' TERM; sleep 1000");
            shim = ProcessHandle.of(task.awaitRunning().getExecutorPid()).orElseThrow();
            assertThat(cgroups.groups()).isNotEmpty();
        }
        assertThat(cgroups.groups()).isEmpty();
        await().until(() -> !shim.isAlive());
    }
}
