package io.stoa.agent.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.agent.recovery.AgentIdentity.Predecessor;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.state.resources.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentIdentityTest {

    private static final Predecessor SAME_BOOT = new Predecessor(ReconfigurationPolicy.EQUAL, false, false);
    private static final Predecessor REBOOTED = new Predecessor(ReconfigurationPolicy.EQUAL, false, true);

    @TempDir
    Path directory;

    private AgentPaths paths;

    @BeforeEach
    void make() {
        paths = new AgentPaths(directory.resolve("work"), directory.resolve("run"));
    }

    @Test
    void nextLifeHasTheIdThatTheMasterGave() throws Exception {
        assertThat(load(info("cpus:4")).id()).isEmpty();
        load(info("cpus:4")).adopt("m-S0");
        assertThat(load(info("cpus:4")).id()).contains("m-S0");
    }

    @Test
    void anotherAgentIsRefusedWithWhatChangedAndWhatToDo() throws Exception {
        load(info("cpus:4")).adopt("m-S0");
        assertThatThrownBy(() -> load(info("cpus:8")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Failed to perform recovery: Configuration change not permitted under 'equal' policy:"
                        + " Resources changed from cpus:4 to cpus:8. To keep the agent's id, change it back, or try"
                        + " --reconfiguration_policy=additive. To start as a new agent, without the tasks of the old"
                        + " one: rm -f " + paths.latestAgent());
        Files.delete(paths.latestAgent());
        assertThat(load(info("cpus:8")).id()).isEmpty();
    }

    @Test
    void afterARebootAnAgentThatMustNotBeTheSameIsANewOne() throws Exception {
        load(info("cpus:4")).adopt("m-S0");
        assertThat(load(info("cpus:4"), REBOOTED).id()).contains("m-S0");
        assertThat(load(info("cpus:2"), REBOOTED).id()).isEmpty();
        // Also where it is killed before its master has given it another id.
        assertThat(load(info("cpus:4")).id()).isEmpty();
    }

    @Test
    void whatAnAgentMayBecomeIsKeptWhenItsMasterHasTakenIt() throws Exception {
        Predecessor additive = new Predecessor(ReconfigurationPolicy.ADDITIVE, false, false);
        load(info("cpus:4")).adopt("m-S0");

        assertThat(load(info("cpus:8"), additive).id()).contains("m-S0");
        assertThat(load(info("cpus:4"), additive).id()).contains("m-S0");
        load(info("cpus:8"), additive).adopt("m-S0");

        assertThat(load(info("cpus:8")).id()).contains("m-S0");
        assertThatThrownBy(() -> load(info("cpus:4"), additive)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anAgentOnAnyPortMayBeOnAnother() throws Exception {
        load(info("cpus:4")).adopt("m-S0");
        AgentInfo elsewhere = info("cpus:4").toBuilder().setPort(2).build();
        assertThatThrownBy(() -> load(elsewhere)).hasMessageContaining("Port changed from 1 to 2");
        assertThat(load(elsewhere, new Predecessor(ReconfigurationPolicy.EQUAL, true, false))
                        .id())
                .contains("m-S0");
    }

    @Test
    void damageEndsAStrictAgentAndMakesAnyOtherANewOne() throws Exception {
        load(info("cpus:4")).adopt("m-S0");
        Files.write(paths.latestAgent().resolve("slave.info"), new byte[] {1, 2, 3});
        assertThatThrownBy(() -> load(info("cpus:4")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("slave.info")
                .hasMessageContaining("--strict=false");
        RecoveryErrors errors = RecoveryErrors.lenient(paths);
        assertThat(AgentIdentity.load(paths, info("cpus:4"), SAME_BOOT, errors).id())
                .isEmpty();
        assertThat(errors.count()).isEqualTo(1);
        assertThat(paths.damaged().resolve("slaves/m-S0/slave.info")).hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(load(info("cpus:4")).id()).isEmpty();
    }

    @Test
    void aFileThatAPowerCutLeftEmptyIsNoDamage() throws Exception {
        load(info("cpus:4")).adopt("m-S0");
        Files.write(paths.latestAgent().resolve("slave.info"), new byte[0]);
        assertThat(load(info("cpus:4")).id()).isEmpty();
    }

    @Test
    void bootIsToldFromTheOneBefore() throws Exception {
        HostBoot.current().save(paths.bootFile());
        assertThat(HostBoot.current().isOtherThan(paths.bootFile())).isFalse();
        assertThat(HostBoot.current().isOtherThan(directory.resolve("nowhere"))).isFalse();
        new HostBoot("another").save(paths.bootFile());
        assertThat(HostBoot.current().isOtherThan(paths.bootFile())).isTrue();
    }

    private AgentIdentity load(AgentInfo now) throws IOException {
        return load(now, SAME_BOOT);
    }

    private AgentIdentity load(AgentInfo now, Predecessor predecessor) throws IOException {
        return AgentIdentity.load(paths, now, predecessor, RecoveryErrors.strict());
    }

    private static AgentInfo info(String resources) {
        return AgentInfo.newBuilder()
                .setHostname("here")
                .setPort(1)
                .addAllResources(Resources.parse(resources).toProto())
                .build();
    }
}
