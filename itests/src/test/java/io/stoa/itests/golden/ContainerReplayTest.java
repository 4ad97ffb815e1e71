package io.stoa.itests.golden;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.shellTask;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.stoa.itests.EndOfTasks;
import io.stoa.itests.SchedulerClient;
import io.stoa.master.dev.DevCluster;
import io.stoa.master.dev.DevOptions;
import io.stoa.state.resources.Resources;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskGroupInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What recorded operators asked of an agent about containers, asked of an agent that runs the recorded tasks. */
@Timeout(120)
class ContainerReplayTest {

    private static final String RECORDING = "agent-container-calls.txt";
    private static final List<String> SLOW = List.of("nested-0001", "standalone-0001");
    private static final Pattern SECOND = Pattern.compile("sleep 1(?=[;\"])");

    @TempDir
    Path data;

    @Test
    void containersAreLaunchedShownAndRemovedAsRecorded() throws Exception {
        try (DevCluster cluster = DevCluster.start(new DevOptions(1, 0, data));
                EndOfTasks end = new EndOfTasks(cluster);
                SchedulerClient client = SchedulerClient.subscribe(
                        cluster.masterAddress(), framework("golden-operator").build())) {
            Offer offer = client.awaitOffer(any -> true);
            client.call(accept(
                    offer, group(offer), launch(shellTask("running-1", offer.getAgentId(), "echo hello; sleep 1000"))));
            ContainerID ofGroup = container(client, "group-a");
            Map<String, String> ids = Map.of(
                    "146b3dea-bf7e-4b1f-907d-af3b92e04fb5-0000",
                    client.id().getValue(),
                    "91061a95-ca7d-4ba7-9b51-b3cc17399105",
                    ofGroup.getParent().getValue(),
                    "f5616d2c-3369-495c-b559-3c32b3abec67",
                    ofGroup.getValue(),
                    "a1f256e4-3de6-4e9a-83ce-fa2832812e30",
                    container(client, "running-1").getValue());
            Answers.assertAsRecorded(
                    RECORDING,
                    RecordingParser.parse("/golden/operator-http-v1/" + RECORDING, ids).stream()
                            .map(block -> block instanceof Block.Request request ? lasting(request) : block)
                            .toList(),
                    new InetSocketAddress(
                            InetAddress.getLoopbackAddress(),
                            cluster.agents().get(0).port()),
                    this::endOfContainer);
        }
    }

    /** What slept for a second is there until somebody waits for its end: it is to be shown, however slow that is. */
    private Block.Request lasting(Block.Request recorded) {
        String body = text(recorded);
        String lasting = SLOW.stream()
                .filter(body::contains)
                .findFirst()
                .map(id -> SECOND.matcher(body).replaceAll("until test -e " + go(id) + "; do sleep 0.1; done"))
                .orElse(body);
        byte[] bytes = lasting.getBytes(UTF_8);
        List<String> head = recorded.head().stream()
                .map(line -> line.startsWith("Content-Length: ") ? "Content-Length: " + bytes.length : line)
                .toList();
        return new Block.Request(
                recorded.at(), recorded.connection(), recorded.remark(), head, bytes, recorded.times());
    }

    /** Once: whoever asks later is answered at once. */
    private Optional<Answers.Meanwhile> endOfContainer(Block.Request request) {
        String body = text(request);
        return SLOW.stream()
                .filter(id -> body.startsWith("{\"type\":\"WAIT_") && body.contains(id))
                .map(this::go)
                .filter(Files::notExists)
                .<Answers.Meanwhile>map(go -> () -> Files.createFile(go))
                .findFirst();
    }

    private Path go(String container) {
        return data.resolve(container + ".go");
    }

    private static String text(Block.Request request) {
        return new String(request.body(), UTF_8);
    }

    private static ContainerID container(SchedulerClient client, String task) throws Exception {
        return client.awaitState(task, TaskState.TASK_RUNNING)
                .getContainerStatus()
                .getContainerId();
    }

    private static Offer.Operation.Builder group(Offer offer) {
        ExecutorInfo.Builder executor = ExecutorInfo.newBuilder()
                .setType(ExecutorInfo.Type.DEFAULT)
                .setExecutorId(ExecutorID.newBuilder().setValue("default-exec"))
                .setFrameworkId(offer.getFrameworkId())
                .addAllResources(Resources.parse("cpus:0.1;mem:32;disk:32").toProto());
        TaskGroupInfo.Builder tasks =
                TaskGroupInfo.newBuilder().addTasks(shellTask("group-a", offer.getAgentId(), "sleep 1000"));
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.LAUNCH_GROUP)
                .setLaunchGroup(Offer.Operation.LaunchGroup.newBuilder()
                        .setExecutor(executor)
                        .setTaskGroup(tasks));
    }
}
