package io.stoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.agent.link.FakeMaster;
import io.stoa.proto.agent.KillTask;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.proto.agent.Reregister;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An agent that has a disk of its own, which its tasks have filled. */
@Timeout(120)
class FullDiskTest {

    private static final String ID = "m-S0";

    @TempDir
    Path directory;

    private SmallDisk disk;
    private FakeMaster master;

    @BeforeEach
    void start() throws Exception {
        disk = new SmallDisk(directory, "4m");
        master = new FakeMaster(0);
    }

    @AfterEach
    void stop() throws Exception {
        if (disk != null) {
            master.close();
            disk.close();
        }
    }

    @Test
    void itComesBackWithItsTasks() throws Exception {
        try (Agent agent = startAgent()) {
            FakeMaster.Stream stream = master.admit(ID);
            stream.say(AgentTest.runTask("t", "sleep 1000"));
            AgentTest.expect(stream, "t", TaskState.TASK_STARTING);
            AgentTest.expect(stream, "t", TaskState.TASK_RUNNING);
        }
        disk.fill();
        try (Agent agent = startAgent()) {
            FakeMaster.Stream stream = master.accept();
            Reregister introduction = stream.next().getReregister();
            assertThat(introduction.getTasksList())
                    .extracting(task -> task.getTaskId())
                    .containsExactly("t");
            stream.say(FakeMaster.registered(ID));
            stream.say(MasterMessage.newBuilder()
                    .setKillTask(KillTask.newBuilder().setFrameworkId("f").setTaskId("t")));
            AgentTest.awaitEnd(stream, "t", TaskState.TASK_KILLED);
            assertThat(agent.ended()).isNotDone();
        }
    }

    @Test
    void itComesBackAfterTheHostDid() throws Exception {
        startAgent().close();
        Path boot = directory.resolve("work/meta/boot_id");
        String now = Files.readString(boot);
        Files.writeString(boot, now.replace('a', 'b').replace('1', '2'));
        disk.fill();
        startAgent().close();
        assertThat(boot).hasContent(now);
    }

    @Test
    void whatItHasToWriteItNamesAndLeavesNothingOf() throws Exception {
        startAgent().close();
        Path run = directory.resolve("run");
        Path shim = run.resolve("stoa-shim");
        Files.delete(shim);
        disk.fill();
        assertThatThrownBy(this::startAgent)
                .isInstanceOf(IOException.class)
                .hasMessage("Cannot write " + shim + ": No space left on device");
        assertThat(run).isDirectoryNotContaining("glob:**.tmp");
    }

    /** What it says of itself is the same each time, also its port. */
    private Agent startAgent() throws IOException {
        AgentConfig config = AgentTest.config("here", AgentConfig.Recovery.STANDARD, master, directory);
        AgentConfig.Address address = config.address();
        return Agent.start(new AgentConfig(
                config.master(),
                config.places(),
                new AgentConfig.Address(address.listen(), address.ip(), 5051, address.hostname()),
                config.offer(),
                config.running(),
                config.recovery(),
                config.upkeep()));
    }
}
