package io.stoa.agent.docker;

import static io.stoa.agent.docker.DockerFixture.command;
import static io.stoa.agent.docker.DockerFixture.docker;
import static io.stoa.agent.docker.DockerFixture.parameter;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Network;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.LaunchedTask;
import io.stoa.testing.FreePorts;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.ContainerInfo.DockerInfo;
import org.apache.mesos.v1.Protos.ContainerInfo.DockerInfo.PortMapping;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.Labels;
import org.apache.mesos.v1.Protos.NetworkInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.Value;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where containers are to be found, and where not. */
class DockerNetworkTest {

    private static final String SERVE = "cd $MESOS_SANDBOX; echo served > index.html; exec httpd -f -p 8080";

    private static DockerFixture docker;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() throws IOException {
        docker = new DockerFixture();
    }

    @AfterAll
    static void stop() throws IOException {
        docker.close();
    }

    @Test
    void aMappedPortLeadsIntoTheContainer() throws Exception {
        int port = FreePorts.next();
        LaunchedTask task = launch(info -> mapped(info, port, "tcp"));
        ContainerStatus status = task.awaitRunning();
        awaitServed("127.0.0.1", port);
        awaitServed(address(status), 8080);
        assertThat(task.container().address(false)).contains(address(status));
        task.killAndWait(0);
    }

    @Test
    void aPortOfAnotherProtocolIsMappedToo() throws Exception {
        int port = FreePorts.next();
        LaunchedTask task = launch(info -> mapped(info, port, "udp"));
        task.awaitRunning();
        assertThat(docker.inspect(task).getNetworkSettings().getPorts().toPrimitive())
                .containsOnlyKeys("8080/udp");
        task.killAndWait(0);
    }

    @Test
    void aPortThatIsTakenFailsTheTaskInTheEnginesWordsAndLeavesNothing() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            LaunchedTask task = launch(info -> mapped(info, taken.getLocalPort(), "tcp"));
            End end = task.await();
            assertThat(end.state()).isEqualTo(TaskState.TASK_FAILED);
            assertThat(end.message())
                    .startsWith("Failed to run docker container: ")
                    .contains("address already in use");
            assertThat(docker.containers()).doesNotContain(task.spec().containerId());
        }
    }

    @Test
    void aPortOutsideTheResourcesIsRefused() throws Exception {
        LaunchedTask task = launch(info -> mapped(info, 31_000, "tcp").setResources(2, ports(31_001, 31_005)));
        assertThat(task.await())
                .isEqualTo(failed("Failed to create docker run options: Port [31000] not included in resources"));
        assertThat(task.starting()).isCompleted();
    }

    @Test
    void aPortWithoutPortResourcesIsRefused() throws Exception {
        assertThat(launch(info -> mapped(info, 31_000, "tcp").removeResources(2))
                        .await())
                .isEqualTo(failed("Failed to create docker run options: Port mappings require port resources"));
    }

    @Test
    void aPortOnTheHostsNetworkIsRefused() throws Exception {
        LaunchedTask task = launch(info -> docker(mapped(info, 31_000, "tcp")).setNetwork(DockerInfo.Network.HOST));
        assertThat(task.await())
                .isEqualTo(failed("Failed to create docker run options: "
                        + "Port mappings are only supported for bridge and user-defined networks"));
    }

    @Test
    void theHostsNetworkHasTheAgentsAddress() throws Exception {
        int port = FreePorts.next();
        LaunchedTask task = launch(
                info -> docker(command(info, "cd $MESOS_SANDBOX; echo served > index.html; exec httpd -f -p " + port))
                        .clearNetwork());
        assertThat(address(task.awaitRunning())).isEqualTo(DockerFixture.AGENT_IP);
        awaitServed("127.0.0.1", port);
        task.killAndWait(0);
    }

    @Test
    void aHostNameOnTheHostsNetworkIsRefused() throws Exception {
        End end = launch(info -> {
                    docker(command(info, "true")).setNetwork(DockerInfo.Network.HOST);
                    info.getContainerBuilder().setHostname("mine");
                })
                .await();
        assertThat(end)
                .isEqualTo(
                        failed("Failed to create docker run options: Unable to set hostname with host network mode"));
    }

    @Test
    void withoutANetworkThereIsOnlyTheLoopback() throws Exception {
        LaunchedTask task = launch(info -> command(info, "ls /sys/class/net; hostname; exec sleep 60")
                .getContainerBuilder()
                .setHostname("alone"));
        assertThat(address(task.awaitRunning())).isEqualTo(DockerFixture.AGENT_IP);
        await().until(() -> task.stdout().endsWith("alone\n"));
        // Some kernels put tunnels beside it, which lead nowhere.
        assertThat(task.stdout().lines()).contains("lo").noneMatch(line -> line.startsWith("eth"));
        task.killAndWait(0);
    }

    @Test
    void aNetworkOfTheUsersHasItsOwnAddresses() throws Exception {
        String name = "stoa-test-" + UUID.randomUUID();
        String subnet = freeSubnet(name);
        String prefix = subnet.substring(0, subnet.lastIndexOf('.') + 1);
        String id = docker.client()
                .createNetworkCmd()
                .withName(name)
                .withIpam(new Network.Ipam().withConfig(new Network.Ipam.Config().withSubnet(subnet)))
                .exec()
                .getId();
        try {
            LaunchedTask task = launch(info -> userNetwork(info, name));
            ContainerStatus status = task.awaitRunning();
            NetworkInfo network = status.getNetworkInfos(0);
            assertThat(status.getNetworkInfosCount()).isEqualTo(1);
            assertThat(network.getName()).isEqualTo(name);
            assertThat(network.getLabels().getLabels(0).getKey()).isEqualTo("tier");
            assertThat(address(status)).startsWith(prefix);
            task.killAndWait(0);
            LaunchedTask fixed = launch(info -> parameter(userNetwork(info, name), "ip", prefix + "99"));
            assertThat(address(fixed.awaitRunning())).isEqualTo(prefix + "99");
            fixed.killAndWait(0);
        } finally {
            docker.client().removeNetworkCmd(id).exec();
        }
    }

    /** The one that the engine chooses; but addresses can only be asked for in one that it is given. */
    private static String freeSubnet(String name) {
        String id = docker.client().createNetworkCmd().withName(name).exec().getId();
        try {
            Network network =
                    docker.client().inspectNetworkCmd().withNetworkId(id).exec();
            return network.getIpam().getConfig().get(0).getSubnet();
        } finally {
            docker.client().removeNetworkCmd(id).exec();
        }
    }

    @Test
    void aNetworkOfTheUsersMustBeNamed() throws Exception {
        assertThat(launch(info -> docker(command(info, "true")).setNetwork(DockerInfo.Network.USER))
                        .await())
                .isEqualTo(failed("Failed to create docker run options: No network info found in container info"));
        LaunchedTask two = launch(info -> {
            userNetwork(info, "one");
            info.getContainerBuilder().addNetworkInfos(NetworkInfo.getDefaultInstance());
        });
        assertThat(two.await())
                .isEqualTo(failed(
                        "Failed to create docker run options: Only a single network can be defined in Docker run"));
    }

    @Test
    void anUnknownNetworkFailsTheTaskInTheEnginesWords() throws Exception {
        LaunchedTask task = launch(info -> userNetwork(info, "no-such-network"));
        End end = task.await();
        assertThat(end).isEqualTo(failed(end.message()));
        assertThat(end.message())
                .startsWith("Failed to run docker container: ")
                .contains("network no-such-network not found");
        assertThat(docker.containers()).doesNotContain(task.spec().containerId());
    }

    private static TaskInfo.Builder mapped(TaskInfo.Builder info, int port, String protocol) {
        docker(command(info, SERVE))
                .setNetwork(DockerInfo.Network.BRIDGE)
                .addPortMappings(PortMapping.newBuilder()
                        .setHostPort(port)
                        .setContainerPort(8080)
                        .setProtocol(protocol));
        return info.addResources(ports(port, port));
    }

    private static TaskInfo.Builder userNetwork(TaskInfo.Builder info, String name) {
        docker(command(info, "exec sleep 60")).setNetwork(DockerInfo.Network.USER);
        info.getContainerBuilder()
                .addNetworkInfos(NetworkInfo.newBuilder()
                        .setName(name)
                        .setLabels(Labels.newBuilder()
                                .addLabels(Label.newBuilder().setKey("tier").setValue("web"))));
        return info;
    }

    private static Resource ports(int begin, int end) {
        return Resource.newBuilder()
                .setName("ports")
                .setType(Value.Type.RANGES)
                .setRanges(Value.Ranges.newBuilder()
                        .addRange(Value.Range.newBuilder().setBegin(begin).setEnd(end)))
                .build();
    }

    private LaunchedTask launch(Consumer<TaskInfo.Builder> change) throws IOException {
        return docker.launch(docker.spec(directory, change));
    }

    private static String address(ContainerStatus status) {
        return status.getNetworkInfos(0).getIpAddresses(0).getIpAddress();
    }

    /** Until its server listens nobody answers, or not with HTTP. */
    private static void awaitServed(String host, int port) {
        await().ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> assertThat(get(host, port)).isEqualTo("served\n"));
    }

    private static String get(String host, int port) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + host + ":" + port + "/"))
                .timeout(Duration.ofSeconds(5))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }

    private static End failed(String message) {
        return new End(TaskState.TASK_FAILED, null, message);
    }
}
