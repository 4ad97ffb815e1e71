package io.stoa.itests.cluster;

import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.stoa.itests.SchedulerClient;
import io.stoa.proto.agent.AgentLinkGrpc;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.Endpoint;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.proto.agent.Register;
import io.stoa.testing.FreePorts;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What nobody should say to a cluster, while a framework that behaves goes on launching tasks. */
@Timeout(240)
class HostileInputTest {

    private static final String PROTOBUF = "application/x-protobuf";
    private static final String JSON = "application/json";
    private static final int TASKS_MEANWHILE = 4;
    private static final int HALF_OPEN = 10_000;
    /** Five in eight that a process may have may be connections; of these there are others, too. */
    private static final int FILES_NEEDED = (HALF_OPEN + 1_000) / 5 * 8;

    @TempDir
    static Path directory;

    private static StoaProcess cluster;
    private static RestlessFramework good;
    private static int port;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private long finishedBefore;

    @BeforeAll
    static void start() throws IOException {
        port = FreePorts.inARow(3);
        cluster = StoaProcess.dev(directory, port);
        good = new RestlessFramework("good", master(), StartedTasks.in(directory), 1);
        await().until(() -> good.finished() > 0);
    }

    @AfterAll
    static void end() throws Exception {
        good.close();
        assertThat(cluster.terminate()).isEqualTo(143);
    }

    private static String master() {
        return "127.0.0.1:" + port;
    }

    @BeforeEach
    void look() {
        finishedBefore = good.finished();
    }

    @AfterEach
    void theGoodFrameworkWentOn() {
        await().until(() -> good.finished() >= finishedBefore + TASKS_MEANWHILE);
        assertThat(good.subscriptions())
                .as("subscriptions of the good framework")
                .isEqualTo(1);
    }

    @Test
    void absurdResourcesOfATaskAreATaskError() throws Exception {
        List<Absurd> absurd = absurdResources();
        try (SchedulerClient client =
                SchedulerClient.subscribe(master(), framework("absurd").build())) {
            Offer offer = client.awaitOffer(any -> true);
            // As in Mesos, one such resource is the end of its whole operation.
            Call.Accept.Builder accept = Call.Accept.newBuilder().addOfferIds(offer.getId());
            for (int i = 0; i < absurd.size(); i++) {
                accept.addOperations(launch(task("absurd-" + i, offer)
                        .addResources(absurd.get(i).resource())
                        .build()));
            }
            accept.addOperations(launch(
                    task("huge", offer).addResources(scalar("cpus", 1e12)).build()));
            accept.addOperations(launch(shellTask("sound", offer.getAgentId(), "true")));
            client.call(Call.newBuilder().setType(Call.Type.ACCEPT).setAccept(accept));

            for (int i = 0; i < absurd.size(); i++) {
                TaskStatus status = client.awaitState("absurd-" + i, TaskState.TASK_ERROR);
                assertThat(status.getMessage()).endsWith(absurd.get(i).refusal());
                assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_TASK_INVALID);
                assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_MASTER);
            }
            assertThat(client.awaitState("huge", TaskState.TASK_ERROR).getMessage())
                    .contains("more than available");
            client.awaitState("sound", TaskState.TASK_FINISHED);
            client.call(Call.newBuilder().setType(Call.Type.TEARDOWN));
        }
    }

    @Test
    void absurdResourcesOfAnAgentAreRefusedForGood() throws Exception {
        List<Absurd> absurd = new ArrayList<>(absurdResources());
        absurd.add(new Absurd(scalar("mem", 1e12), "expected: <= "));
        for (Absurd each : absurd) {
            AgentInfo info = AgentInfo.newBuilder()
                    .setHostname("absurd")
                    .addResources(each.resource())
                    .build();
            MasterMessage answer = firstAnswer(register(info.toByteString(), 5051));
            assertThat(answer.getRefused().getReason()).contains(each.refusal());
            assertThat(answer.getRefused().getPermanent()).as(each.refusal()).isTrue();
        }
    }

    @Test
    void whatIsNoRegistrationIsRefused() throws Exception {
        ByteString sound = AgentInfo.newBuilder().setHostname("sound").build().toByteString();
        assertThat(firstAnswer(register(ByteString.copyFrom(new byte[] {10, 100, 1}), 5051))
                        .getRefused()
                        .getReason())
                .startsWith("agent_info: ");
        assertThat(firstAnswer(register(sound, 70_000)).getRefused().getReason())
                .isEqualTo("endpoint.port: 70000 (expected: 0 to 65535; 0: none)");
        assertThat(firstAnswer(AgentMessage.getDefaultInstance()).getRefused().getReason())
                .isEqualTo("MESSAGE_NOT_SET (expected: REGISTER or REREGISTER first)");
    }

    @Test
    void brokenBodiesAreBadRequests() throws Exception {
        byte[] call = Call.newBuilder()
                .setType(Call.Type.SUBSCRIBE)
                .setSubscribe(Call.Subscribe.newBuilder()
                        .setFrameworkInfo(framework("broken").build()))
                .build()
                .toByteArray();
        for (int length = 1; length < call.length; length++) {
            byte[] part = java.util.Arrays.copyOf(call, length);
            HttpResponse<InputStream> response = post(PROTOBUF, part);
            assertThat(response.statusCode()).as("the first %d bytes", length).isEqualTo(400);
        }
        List<String> broken = List.of(
                "",
                "{",
                "[]",
                "null",
                "{\"type\":\"SUBSCRIBE\",\"subscribe\":{\"framework_info\":{\"user\":\"u\",\"name\":\"n\"",
                "{\"type\":\"SUBSCRIBE\",\"subscribe\":[]}",
                "{\"type\":\"NOTHING\"}",
                "[".repeat(100_000),
                "{\"a\":".repeat(100_000));
        for (String body : broken) {
            HttpResponse<InputStream> response = post(JSON, body.getBytes(StandardCharsets.UTF_8));
            assertThat(response.statusCode())
                    .as(body.substring(0, Math.min(80, body.length())))
                    .isEqualTo(400);
            assertThat(response.body().readAllBytes()).isNotEmpty();
        }
        assertThat(post("text/plain", call).statusCode()).isEqualTo(415);
        assertThat(post(PROTOBUF + "x", call).statusCode()).isEqualTo(415);
    }

    @Test
    void aBodyBeyondEveryMeasureIsRefusedBeforeItIsSent() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            String head = "POST /api/v1/scheduler HTTP/1.1\r\nHost: x\r\nContent-Type: " + PROTOBUF
                    + "\r\nContent-Length: " + Long.MAX_VALUE + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(12);
            assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 413");
        }
    }

    /** Its own calls make its stream long; it is cut when 64 MB wait, and the cluster lives with half a gigabyte. */
    @Test
    void aSubscriberThatNeverReadsIsCutAndFindsEverythingWhenItComesBack() throws Exception {
        SchedulerClient first =
                SchedulerClient.subscribe(master(), framework("deaf").build());
        Offer offer = first.awaitOffer(any -> true);
        first.launch(offer, List.of(shellTask("kept", offer.getAgentId(), "exec sleep 1000")));
        first.awaitState("kept", TaskState.TASK_RUNNING);
        first.close();

        var info = framework("deaf").setId(first.id()).build();
        try (SocketChannel deaf = SocketChannel.open()) {
            deaf.setOption(StandardSocketOptions.SO_RCVBUF, 4_096);
            deaf.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            String streamId = subscribe(deaf, info);
            byte[] call = reconcileOfManyUnknownTasks(first.id().getValue());
            await().until(() -> {
                HttpResponse<InputStream> response = http.send(
                        request(PROTOBUF, call)
                                .header("Mesos-Stream-Id", streamId)
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
                return response.statusCode() == 403;
            });
        }
        assertThat(cluster.said()).contains("stream cut: its reader is too slow");
        try (SchedulerClient again = SchedulerClient.subscribe(master(), info)) {
            again.call(Call.newBuilder().setType(Call.Type.RECONCILE).setReconcile(Call.Reconcile.newBuilder()));
            again.awaitState("kept", TaskState.TASK_RUNNING);
            again.call(Call.newBuilder().setType(Call.Type.TEARDOWN));
        }
    }

    @Test
    void tenThousandHalfOpenConnectionsDisturbNobody() throws Exception {
        long files = filesOfAProcess();
        Assumptions.assumeTrue(
                files >= FILES_NEEDED,
                "a process may have " + files + " files open (needed: " + FILES_NEEDED + "; ulimit -Hn)");
        List<SocketChannel> connections = new ArrayList<>(HALF_OPEN);
        try {
            for (int i = 0; i < HALF_OPEN; i++) {
                SocketChannel connection = SocketChannel.open();
                connections.add(connection);
                // Several addresses of our own, so that the ports of one are not used up.
                connection.bind(new InetSocketAddress(
                        Inet4Address.getByAddress(new byte[] {127, 0, 0, (byte) (2 + i % 4)}), 0));
                connection.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                if (i % 2 == 0) {
                    connection.write(ByteBuffer.wrap("POST /api/v1/sched".getBytes(StandardCharsets.US_ASCII)));
                }
            }
            theGoodFrameworkWentOn();
            HttpResponse<String> health = http.send(
                    HttpRequest.newBuilder(URI.create("http://" + master() + "/health"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(health.statusCode()).isEqualTo(200);
        } finally {
            for (SocketChannel connection : connections) {
                connection.close();
            }
        }
    }

    private record Absurd(Resource resource, String refusal) {}

    private static List<Absurd> absurdResources() {
        return List.of(
                new Absurd(scalar("cpus", -1), "Invalid scalar resource: value <= 0"),
                new Absurd(scalar("cpus", Double.NaN), "Invalid scalar resource: value <= 0"),
                new Absurd(scalar("cpus", Double.NEGATIVE_INFINITY), "Invalid scalar resource: value <= 0"),
                new Absurd(scalar("cpus", Double.POSITIVE_INFINITY), "Invalid scalar resource: value <= 0"),
                new Absurd(scalar("", 1), "Empty resource name"),
                new Absurd(ranges(31_010, 31_000), "Invalid ranges resource: begin > end"),
                new Absurd(ranges(31_000, 31_010, 31_010, 31_020), "Invalid ranges resource: overlapping ranges"),
                new Absurd(
                        Resource.newBuilder()
                                .setName("disks")
                                .setType(Value.Type.SET)
                                .setSet(Value.Set.newBuilder().addItem("a").addItem("a"))
                                .build(),
                        "Invalid set resource: duplicated elements"),
                new Absurd(
                        Resource.newBuilder()
                                .setName("text")
                                .setType(Value.Type.TEXT)
                                .build(),
                        "Unsupported resource type"));
    }

    private static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .build();
    }

    private static Resource ranges(long... bounds) {
        Value.Ranges.Builder ranges = Value.Ranges.newBuilder();
        for (int i = 0; i < bounds.length; i += 2) {
            ranges.addRange(Value.Range.newBuilder().setBegin(bounds[i]).setEnd(bounds[i + 1]));
        }
        return Resource.newBuilder()
                .setName("ports")
                .setType(Value.Type.RANGES)
                .setRanges(ranges)
                .build();
    }

    private static TaskInfo.Builder task(String id, Offer offer) {
        return shellTask(id, offer.getAgentId(), "true").toBuilder().clearResources();
    }

    private static Offer.Operation launch(TaskInfo task) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.LAUNCH)
                .setLaunch(Offer.Operation.Launch.newBuilder().addTaskInfos(task))
                .build();
    }

    private static AgentMessage register(ByteString info, int agentPort) {
        return AgentMessage.newBuilder()
                .setRegister(Register.newBuilder()
                        .setAgentInfo(info)
                        .setVersion("1.11.0")
                        .setEndpoint(Endpoint.newBuilder().setIp("127.0.0.1").setPort(agentPort)))
                .build();
    }

    private static MasterMessage firstAnswer(AgentMessage message) throws Exception {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        try {
            CompletableFuture<MasterMessage> answer = new CompletableFuture<>();
            AgentLinkGrpc.newStub(channel)
                    .connect(new StreamObserver<>() {
                        @Override
                        public void onNext(MasterMessage value) {
                            answer.complete(value);
                        }

                        @Override
                        public void onError(Throwable error) {
                            answer.completeExceptionally(error);
                        }

                        @Override
                        public void onCompleted() {
                            answer.completeExceptionally(new AssertionError("no answer"));
                        }
                    })
                    .onNext(message);
            return answer.get();
        } finally {
            channel.shutdownNow();
        }
    }

    private HttpResponse<InputStream> post(String type, byte[] body) throws IOException, InterruptedException {
        return http.send(request(type, body).build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    private static HttpRequest.Builder request(String type, byte[] body) {
        return HttpRequest.newBuilder(URI.create("http://" + master() + "/api/v1/scheduler"))
                .header("Content-Type", type)
                .header("Accept", PROTOBUF)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    /** Reads as much as tells the stream's id. */
    private static String subscribe(SocketChannel channel, org.apache.mesos.v1.Protos.FrameworkInfo info)
            throws IOException {
        byte[] call = Call.newBuilder()
                .setType(Call.Type.SUBSCRIBE)
                .setFrameworkId(info.getId())
                .setSubscribe(Call.Subscribe.newBuilder().setFrameworkInfo(info).addSuppressedRoles("*"))
                .build()
                .toByteArray();
        String head = "POST /api/v1/scheduler HTTP/1.1\r\nHost: x\r\nAccept: " + PROTOBUF + "\r\nContent-Type: "
                + PROTOBUF + "\r\nContent-Length: " + call.length + "\r\n\r\n";
        channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
        channel.write(ByteBuffer.wrap(call));
        ByteBuffer answer = ByteBuffer.allocate(512);
        String name = "Mesos-Stream-Id: ";
        String text = "";
        while (text.indexOf('\r', text.indexOf(name) + 1) < 0 || !text.contains(name)) {
            assertThat(channel.read(answer)).isPositive();
            text = new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
        }
        int begin = text.indexOf(name) + name.length();
        return text.substring(begin, text.indexOf('\r', begin));
    }

    private static byte[] reconcileOfManyUnknownTasks(String frameworkId) {
        Call.Reconcile.Builder reconcile = Call.Reconcile.newBuilder();
        String filler = "x".repeat(200);
        for (int i = 0; i < 20_000; i++) {
            reconcile.addTasks(Call.Reconcile.Task.newBuilder()
                    .setTaskId(TaskID.newBuilder().setValue(filler + i))
                    .setAgentId(AgentID.newBuilder().setValue(filler)));
        }
        return Call.newBuilder()
                .setFrameworkId(
                        org.apache.mesos.v1.Protos.FrameworkID.newBuilder().setValue(frameworkId))
                .setType(Call.Type.RECONCILE)
                .setReconcile(reconcile)
                .build()
                .toByteArray();
    }

    private static long filesOfAProcess() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
            if (line.startsWith("Max open files")) {
                String hard = line.trim().split("\\s+", -1)[4];
                return hard.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(hard);
            }
        }
        throw new IOException("/proc/self/limits says nothing of open files");
    }
}
