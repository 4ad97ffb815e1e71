package io.stoa.itests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.master.Master;
import io.stoa.master.MasterConfig;
import io.stoa.master.MasterMain;
import io.stoa.state.model.AgentId;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A master that finds agents in its state of which none comes back. */
@Timeout(120)
class RecoveryTest {

    @TempDir
    Path directory;

    @Test
    void aMasterEndsRatherThanGiveUpMoreAgentsThanItMay() throws Exception {
        Path workDir = directory.resolve("master");
        try (Master master = Master.start(MasterConfig.local(workDir, 0))) {
            master.firstLeader().get();
            assertThat(get(master, "/allocator/offer_constraints_debug")).isEqualTo("{\"frameworks\":{}}");
            assertThat(master.state().commit(StateTransaction.of(agent())).get())
                    .isInstanceOf(CommitResult.Committed.class);
        }
        Path log = directory.resolve("log");
        try (StoaProcess next = StoaProcess.start(
                log,
                MasterMain.class,
                "--ip=127.0.0.1",
                "--port=0",
                "--work_dir=" + workDir,
                "--agent_ping_timeout=1secs",
                "--agent_reregister_timeout=1secs",
                "--recovery_agent_removal_limit=99%")) {
            assertThat(next.await()).isEqualTo(1);
        }
        assertThat(Files.readString(log))
                .contains("stoa master: Post-recovery agent removal limit exceeded! After 1secs there were 1 (100.0%)")
                .doesNotContain("Agent unreachable");
    }

    private static StateMutation agent() {
        Resources total = Resources.parse("cpus:1");
        AgentInfo info = AgentInfo.newBuilder()
                .setId(AgentID.newBuilder().setValue("S0"))
                .setHostname("lost.example")
                .addAllResources(total.toProto())
                .build();
        return new StateMutation.AdmitAgent(new AgentId("S0"), info, List.of(), "1.11.0", "127.0.0.1", 1, total, 0);
    }

    private static String get(Master master, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + master.address().getPort() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
