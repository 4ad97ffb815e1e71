package io.stoa.itests.golden;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.container.Containers;
import io.stoa.agent.executor.ExecutorHttpHandler;
import io.stoa.agent.executor.ExecutorPolicy;
import io.stoa.agent.executor.LiveExecutors;
import io.stoa.agent.executor.TaskHost;
import io.stoa.agent.executor.TaskLaunches;
import io.stoa.agent.recovery.RecoveryErrors;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.agent.volume.Volumes;
import io.stoa.http.HttpLimits;
import io.stoa.http.HttpRoutes;
import io.stoa.http.HttpServer;
import io.stoa.proto.agent.FrameworkMessage;
import io.stoa.proto.agent.KillTask;
import io.stoa.proto.agent.RunTask;
import io.stoa.proto.agent.ShutdownExecutor;
import io.stoa.proto.json.MesosJson;
import io.stoa.state.resources.Resources;
import io.stoa.time.ManualTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.executor.Protos.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a recorded executor and its agent said to each other over {@code /api/v1/executor}, request by request. */
@Timeout(120)
class ExecutorReplayTest {

    private static final String RECORDING = "/golden/executor-http-v1/04-hand-made-executor-and-errors.txt";
    private static final String EXECUTOR = "hand-exec";
    private static final long ANSWER_MS = 30_000;

    @TempDir
    Path directory;

    private final ManualTime time = new ManualTime(1_000_000_000_000L);
    private final ReplayClock clock = new ReplayClock(time, () -> {}, 0);
    private final ExecutorService loop = Executors.newSingleThreadExecutor();
    private final Map<String, RawConnection> connections = new HashMap<>();
    private final List<String> differences = new ArrayList<>();

    @Test
    void anExecutorIsAnsweredAlike() throws Exception {
        List<Block> blocks = RecordingParser.parse(RECORDING);
        Event.Subscribed subscribed =
                events(blocks, Event.Type.SUBSCRIBED).get(0).getSubscribed();
        AgentPaths paths = new AgentPaths(directory.resolve("work"), directory.resolve("run"));
        try (LiveExecutors executors = new LiveExecutors(host(paths), message -> true, time, loop, run -> {});
                HttpServer server = new HttpServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        HttpRoutes.of("slave(1)")
                                .route(
                                        "/api/v1/executor",
                                        new ExecutorHttpHandler(executors, subscribed::getAgentInfo, loop))
                                .build(),
                        List.of(),
                        HttpLimits.STANDARD,
                        time)) {
            Framework framework = new Framework(executors, subscribed);
            framework.says(events(blocks, Event.Type.LAUNCH).get(0));
            boolean first = true;
            for (Block block : blocks) {
                if (block instanceof Block.StreamedEvent event) {
                    Event recorded = event(event);
                    if (recorded.getType() != Event.Type.LAUNCH || !first) {
                        framework.says(recorded);
                    }
                    first &= recorded.getType() != Event.Type.LAUNCH;
                }
                replay(block, server.address());
            }
        } finally {
            for (RawConnection connection : connections.values()) {
                connection.close();
            }
            loop.shutdownNow();
        }
        assertThat(differences).isEmpty();
    }

    private TaskHost host(AgentPaths paths) throws Exception {
        return new TaskHost(
                paths,
                new Containers(List.of(new EndlessContainerizer(spec -> ContainerStatus.newBuilder()
                        .setContainerId(spec.id().toProto())
                        .build()))),
                "127.0.0.1:5051",
                false,
                ExecutorPolicy.STANDARD,
                Runnable::run,
                Volumes.load(paths, Resources.parse("cpus:4"), RecoveryErrors.strict(), Runnable::run, loop));
    }

    private static List<Event> events(List<Block> blocks, Event.Type type) throws Exception {
        List<Event> events = new ArrayList<>();
        for (Block block : blocks) {
            if (block instanceof Block.StreamedEvent event && event(event).getType() == type) {
                events.add(event(event));
            }
        }
        return events;
    }

    private static Event event(Block.StreamedEvent event) throws Exception {
        return MesosJson.parse(event.record(), Event.newBuilder()).build();
    }

    private void replay(Block block, InetSocketAddress server) throws Exception {
        if (block instanceof Block.Request request) {
            RawConnection connection = new RawConnection(request.connection(), server, clock);
            connections.put(request.connection(), connection);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes((String.join("\r\n", request.head()) + "\r\n\r\n").getBytes(UTF_8));
            bytes.writeBytes(request.body());
            connection.send(request.method(), bytes.toByteArray());
            return;
        }
        RawConnection connection = connections.get(block.connection());
        Block actual = connection == null ? null : connection.next(ANSWER_MS);
        if (actual == null || !actual.getClass().equals(block.getClass())) {
            throw new AssertionError("+" + block.at() + ": " + actual + " (recorded: " + block + ")");
        }
        if (block instanceof Block.Response recorded && actual instanceof Block.Response response) {
            AnswerComparison.differences(recorded, response)
                    .forEach(difference -> differences.add("+" + block.at() + " " + difference));
        } else if (block instanceof Block.StreamedEvent recorded && actual instanceof Block.StreamedEvent event) {
            Event expected = anonymous(event(recorded));
            if (!anonymous(event(event)).equals(expected)) {
                differences.add("+" + block.at() + " " + event(event) + " (recorded: " + expected + ")");
            }
        }
    }

    /** Without the container's id, which nobody can foresee. */
    private static Event anonymous(Event event) {
        Event.Builder same = event.toBuilder();
        if (event.hasSubscribed()) {
            same.getSubscribedBuilder().clearContainerId();
        }
        return same.build();
    }

    /** What the recorded framework wanted, of which the recording has only what its executor heard. */
    private final class Framework {

        private final LiveExecutors executors;
        private final Event.Subscribed about;
        private final String id;

        Framework(LiveExecutors executors, Event.Subscribed about) {
            this.executors = executors;
            this.about = about;
            this.id = about.getFrameworkInfo().getId().getValue();
        }

        void says(Event heard) {
            CompletableFuture.runAsync(() -> tell(heard), loop).join();
        }

        private void tell(Event heard) {
            try {
                switch (heard.getType()) {
                    case LAUNCH -> launch(heard.getLaunch().getTask());
                    case KILL ->
                        executors.kill(KillTask.newBuilder()
                                .setFrameworkId(id)
                                .setTaskId(heard.getKill().getTaskId().getValue())
                                .build());
                    case MESSAGE ->
                        executors.message(FrameworkMessage.newBuilder()
                                .setFrameworkId(id)
                                .setExecutorId(EXECUTOR)
                                .setData(heard.getMessage().getData())
                                .build());
                    case SHUTDOWN ->
                        executors.shutdownExecutor(ShutdownExecutor.newBuilder()
                                .setFrameworkId(id)
                                .setExecutorId(EXECUTOR)
                                .build());
                    default -> {
                        // The agent's own words.
                    }
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private void launch(TaskInfo task) throws IOException {
            new TaskLaunches(executors)
                    .run(
                            task.getAgentId().getValue(),
                            RunTask.newBuilder()
                                    .setFrameworkId(id)
                                    .setFrameworkInfo(about.getFrameworkInfo().toByteString())
                                    .setTaskInfo(task.toByteString())
                                    .setLaunchesExecutor(
                                            executors.reportExecutors().isEmpty())
                                    .build());
        }
    }
}
