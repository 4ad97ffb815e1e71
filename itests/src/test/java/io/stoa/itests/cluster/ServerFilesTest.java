package io.stoa.itests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.Agent;
import io.stoa.agent.AgentConfig;
import io.stoa.agent.executor.ExecutorPolicy;
import io.stoa.master.Master;
import io.stoa.master.MasterConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What master and agent let be seen of their disks: their logs, if they have files for them, and sandboxes. */
@Timeout(120)
class ServerFilesTest {

    /** One: each has threads of its own for as long as it is not collected. */
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    @Test
    void theMastersLogCanBeReadAndNothingElse() throws Exception {
        logged("master.log", "the master's log");
        try (Master master = Master.start(masterConfig(Map.of("log_dir", logs().toString())))) {
            String url = "http://127.0.0.1:" + master.address().getPort();
            onlyTheLogCanBeRead(url, "/master/log", "the master's log");
            master.firstLeader().get();
            onlyTheLogCanBeRead(url, "/master/log", "the master's log");
        }
    }

    @Test
    void aMasterThatLogsToNoFileShowsNone() throws Exception {
        try (Master master = Master.start(masterConfig(Map.of()))) {
            String url = "http://127.0.0.1:" + master.address().getPort();
            assertThat(get(url + "/files/debug").body()).isEqualTo("{}");
            assertThat(get(url + "/files/read?path=/master/log").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void theAgentsLogCanBeReadAndNothingElse() throws Exception {
        logged("agent.log", "the agent's log");
        try (Agent agent = Agent.start(agentConfig(Map.of("log_dir", logs().toString())))) {
            String url = "http://127.0.0.1:" + agent.port();
            onlyTheLogCanBeRead(url, "/slave/log", "the agent's log");
            String sandboxes = directory.resolve("agent/slaves").toRealPath().toString();
            assertThat(get(url + "/files/browse?path=" + sandboxes).statusCode())
                    .isEqualTo(200);
            Files.createSymbolicLink(directory.resolve("agent/slaves/out"), logs());
            assertThat(get(url + "/files/read?path=" + sandboxes + "/out/secret")
                            .statusCode())
                    .isEqualTo(400);
            assertThat(get(url + "/metrics/snapshot").body())
                    .contains("\"slave/registered\":0.0", "\"slave/cpus_total\":4.0", "\"slave/tasks_running\":0.0");
        }
    }

    private void onlyTheLogCanBeRead(String url, String path, String content) throws Exception {
        Path secret = Files.writeString(logs().resolve("secret"), "secret");
        assertThat(get(url + "/files/read?path=" + path + "&offset=0").body())
                .isEqualTo("{\"data\":\"" + content + "\",\"offset\":0}");
        assertThat(get(url + "/files/download?path=" + path).body()).isEqualTo(content);
        for (String way : List.of(
                path + "/../secret",
                path + "/..%2fsecret",
                path + "/%2e%2e/secret",
                path + "/%252e%252e/secret",
                path + "%00/../secret",
                path + "/secret",
                path + "/../../etc/passwd",
                secret.toString(),
                "/etc/passwd",
                "..%2f..%2fetc%2fpasswd",
                "//etc/passwd")) {
            for (String endpoint : List.of("browse", "read", "download")) {
                HttpResponse<String> answer = get(url + "/files/" + endpoint + "?path=" + way);
                assertThat(answer.statusCode()).as(endpoint + " " + way).isIn(400, 404);
                assertThat(answer.body()).doesNotContain("root:").isNotEqualTo("secret");
            }
        }
    }

    private Path logs() {
        return directory.resolve("logs");
    }

    private void logged(String file, String content) throws IOException {
        Files.createDirectories(logs());
        Files.writeString(logs().resolve(file), content);
    }

    private MasterConfig masterConfig(Map<String, String> flags) {
        MasterConfig local = MasterConfig.local(directory.resolve("master"), 0);
        Map<String, String> all = new HashMap<>(local.flags());
        all.putAll(flags);
        return new MasterConfig(
                local.address(),
                local.storage(),
                local.links(),
                local.scheduler(),
                local.allocator(),
                local.authentication(),
                local.history(),
                local.rehearses(),
                local.cluster(),
                all);
    }

    /** Its master is nowhere. */
    private AgentConfig agentConfig(Map<String, String> flags) {
        return new AgentConfig(
                new AgentConfig.Master("127.0.0.1:1", 0),
                new AgentConfig.Places(directory.resolve("agent"), directory.resolve("agent-run")),
                new AgentConfig.Address(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "127.0.0.1", 0, "127.0.0.1"),
                new AgentConfig.Offer("cpus:4;mem:4096;disk:1024;ports:[31000-31099]", "*", List.of()),
                new AgentConfig.Running(
                        List.of("mesos"), Path.of("/var/run/docker.sock"), false, ExecutorPolicy.STANDARD, flags),
                AgentConfig.Recovery.STANDARD,
                AgentConfig.Upkeep.STANDARD);
    }

    private static HttpResponse<String> get(String url) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }
}
