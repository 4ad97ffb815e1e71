package io.stoa.itests.cluster;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.proto.recordio.RecordIoDecoder;
import io.stoa.proto.recordio.RecordIoException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.executor.Protos.Call;
import org.apache.mesos.v1.executor.Protos.Event;

/**
 * A custom executor: a task of it is nothing but a name; it says back what it is told, ends with status 3 when it is
 * told {@code exit}, says much of its tasks when it is told {@code verbose}, and subscribes again when it has lost its
 * agent. Told to shut down, it ends its tasks and itself, unless it was told {@code deaf} before.
 */
final class ExecutorMain {

    private static final String PROTOBUF = "application/x-protobuf";
    /** More than a master can store, less than a record of its events may have. */
    static final int VERBOSE_CHARACTERS = 900_000;

    private static final int EXIT_STATUS = 3;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI agent;
    private final Call.Builder template;
    private final Map<ByteString, Call.Update> unacknowledged = new ConcurrentHashMap<>();
    private final Set<TaskID> running = new LinkedHashSet<>();
    private boolean deaf;

    private ExecutorMain(Map<String, String> environment) {
        agent = URI.create("http://" + environment.get("MESOS_AGENT_ENDPOINT") + "/slave(1)/api/v1/executor");
        template = Call.newBuilder()
                .setFrameworkId(FrameworkID.newBuilder().setValue(environment.get("MESOS_FRAMEWORK_ID")))
                .setExecutorId(ExecutorID.newBuilder().setValue(environment.get("MESOS_EXECUTOR_ID")));
    }

    /** Runs it. */
    static CommandInfo command() {
        return CommandInfo.newBuilder()
                .setShell(false)
                .setValue(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString())
                .addAllArguments(List.of(
                        "java",
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ExecutorMain.class.getName()))
                .build();
    }

    public static void main(String[] arguments) throws InterruptedException {
        ExecutorMain executor = new ExecutorMain(System.getenv());
        while (true) {
            try {
                executor.subscribe();
            } catch (IOException | RecordIoException e) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    private void subscribe() throws IOException, RecordIoException, InterruptedException {
        Call call = template.clone()
                .setType(Call.Type.SUBSCRIBE)
                .setSubscribe(Call.Subscribe.newBuilder().addAllUnacknowledgedUpdates(unacknowledged.values()))
                .build();
        HttpResponse<InputStream> response = http.send(request(call), HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            throw new IOException("SUBSCRIBE is answered with " + response.statusCode());
        }
        RecordIoDecoder decoder = new RecordIoDecoder(1 << 20, this::hear);
        byte[] buffer = new byte[64 << 10];
        try (InputStream stream = response.body()) {
            for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                decoder.decode(buffer, 0, count);
            }
        }
        throw new IOException("The agent ended the stream");
    }

    private void hear(byte[] record) {
        try {
            hear(Event.parseFrom(record));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            // The agent is gone; what was not acknowledged is said again when it is back.
            return;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void hear(Event event) throws IOException, InterruptedException {
        switch (event.getType()) {
            case LAUNCH -> update(event.getLaunch().getTask().getTaskId(), TaskState.TASK_RUNNING);
            case KILL -> update(event.getKill().getTaskId(), TaskState.TASK_KILLED);
            case ACKNOWLEDGED -> unacknowledged.remove(event.getAcknowledged().getUuid());
            case MESSAGE -> answer(event.getMessage().getData());
            case SHUTDOWN -> shutDown();
            default -> System.out.println(event.getType());
        }
    }

    private void shutDown() throws IOException, InterruptedException {
        if (deaf) {
            return;
        }
        try {
            for (TaskID task : List.copyOf(running)) {
                update(task, TaskState.TASK_KILLED);
            }
        } finally {
            System.exit(0);
        }
    }

    private void answer(ByteString message) throws IOException, InterruptedException {
        if (message.toStringUtf8().equals("exit")) {
            System.exit(EXIT_STATUS);
        }
        if (message.toStringUtf8().equals("verbose")) {
            for (TaskID task : running) {
                update(task, TaskState.TASK_RUNNING, "x".repeat(VERBOSE_CHARACTERS));
            }
        }
        deaf |= message.toStringUtf8().equals("deaf");
        say(template.clone()
                .setType(Call.Type.MESSAGE)
                .setMessage(Call.Message.newBuilder().setData(message))
                .build());
    }

    private void update(TaskID task, TaskState state) throws IOException, InterruptedException {
        if (state == TaskState.TASK_RUNNING) {
            running.add(task);
        } else {
            running.remove(task);
        }
        update(task, state, "");
    }

    private void update(TaskID task, TaskState state, String message) throws IOException, InterruptedException {
        UUID uuid = UUID.randomUUID();
        ByteString bytes = ByteString.copyFrom(ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .flip());
        Call.Update update = Call.Update.newBuilder()
                .setStatus(TaskStatus.newBuilder()
                        .setTaskId(task)
                        .setState(state)
                        .setMessage(message)
                        .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
                        .setUuid(bytes))
                .build();
        unacknowledged.put(bytes, update);
        say(template.clone().setType(Call.Type.UPDATE).setUpdate(update).build());
    }

    private void say(Call call) throws IOException, InterruptedException {
        int status =
                http.send(request(call), HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status != 202) {
            throw new IOException(call.getType() + " is answered with " + status);
        }
    }

    private HttpRequest request(Call call) {
        return HttpRequest.newBuilder(agent)
                .header("Content-Type", PROTOBUF)
                .header("Accept", PROTOBUF)
                .POST(HttpRequest.BodyPublishers.ofByteArray(call.toByteArray()))
                .build();
    }
}
