package io.stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import io.stoa.proto.recordio.RecordIo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code stoa run} against a master that offers one agent and says how each launch ends. */
class RunCommandTest {

    private static final Event END = Event.getDefaultInstance();
    private static final double USUAL_HEARTBEAT_INTERVAL_S = 15;

    private volatile BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> authorizations = new LinkedBlockingQueue<>();
    private double heartbeatIntervalS = USUAL_HEARTBEAT_INTERVAL_S;
    /** What comes in place of the task's end, which is then told when it is asked for only. */
    private @Nullable Event afterLaunch;

    private String endMessage = "";
    private TaskState endState = TaskState.TASK_FINISHED;

    @AutoClose
    private final StubCluster cluster = new StubCluster().on("/api/v1/scheduler", this::serve);

    @AfterEach
    void stop() {
        events.add(END);
    }

    @Test
    void showsTheTasksOutputAndEndsWithItsExitStatus() {
        endState = TaskState.TASK_FAILED;
        endMessage = "Command exited with status 7";
        theTaskWritesHi();
        StubCluster.Outcome run = cluster.run("run", "--name=hello", "--env", "K=V", "--", "sh", "-c", "exit 7");
        assertThat(run.exitCode()).isEqualTo(7);
        assertThat(run.out()).isEqualTo("hi\n");
        assertThat(run.err()).contains("RUNNING on h", "FAILED on h: Command exited with status 7");
        assertThat(launched().getCommand().getArgumentsList()).containsExactly("sh", "-c", "exit 7");
        assertThat(calls)
                .extracting(Call::getType)
                .containsExactly(
                        Call.Type.SUBSCRIBE,
                        Call.Type.ACCEPT,
                        Call.Type.ACKNOWLEDGE,
                        Call.Type.ACKNOWLEDGE,
                        Call.Type.TEARDOWN);
    }

    /** It would go on for ever. */
    @Test
    @Timeout(120)
    void whereNobodyTakesTheOutputTheTasksEnd() {
        afterLaunch = Event.newBuilder().setType(Event.Type.HEARTBEAT).build();
        theTaskWritesHi();
        Writer closed = new StringWriter() {
            @Override
            public void write(String text, int from, int length) {
                throw new OutputException("stdout", new IOException("No space left on device"));
            }
        };
        StubCluster.Outcome run = cluster.run(closed, "run", "true");
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains(" KILLED", "stoa: cannot write to stdout: No space left on device\n");
        assertThat(calls).extracting(Call::getType).contains(Call.Type.KILL).endsWith(Call.Type.TEARDOWN);
    }

    @Test
    void whatTheMasterRefusesIsToldInItsWords() {
        events.add(Event.newBuilder()
                .setType(Event.Type.ERROR)
                .setError(Event.Error.newBuilder().setMessage("Framework has been removed"))
                .build());
        StubCluster.Outcome run = cluster.run("run", "true");
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err().lines()).containsExactly("stoa: Framework has been removed");
    }

    @Test
    void aMasterThatLetsNobodyInFailsTheRun() {
        events.add(END);

        StubCluster.Outcome run = cluster.run("run", "true");

        assertThat(run.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(run.err()).contains("no answer from master " + cluster.address(), "ended the subscription");
    }

    @Test
    void aBrokenSubscriptionIsTakenUpAgainUnderTheSameId() {
        afterLaunch = END;

        StubCluster.Outcome run = cluster.run("run", "true");

        assertThat(run.exitCode()).isZero();
        assertThat(run.err())
                .contains("ended the subscription); subscribing again\nstoa: subscribed as F\n", " FINISHED");
        assertThat(calls)
                .filteredOn(Call::hasSubscribe)
                .extracting(call -> call.getFrameworkId().getValue())
                .containsExactly("", "F");
        assertThat(calls)
                .filteredOn(Call::hasReconcile)
                .extracting(call -> call.getReconcile().getTasks(0).getTaskId())
                .containsExactly(launched().getTaskId());
        assertThat(calls).filteredOn(Call::hasAccept).hasSize(1);
    }

    @Test
    @Timeout(120)
    void aConnectionWithoutHeartbeatsIsGivenUp() {
        afterLaunch = Event.newBuilder().setType(Event.Type.HEARTBEAT).build();
        heartbeatIntervalS = 0.05;

        StubCluster.Outcome run = cluster.run("run", "true");

        assertThat(run.exitCode()).isZero();
        assertThat(calls).filteredOn(Call::hasSubscribe).hasSize(2);
    }

    @Test
    void absurdAmountsAreRefusedBeforeAnythingIsAsked() {
        for (List<String> absurd : List.of(List.of("--count=0"), List.of("--cpus=-1"), List.of("--mem=NaN"))) {
            StubCluster.Outcome run = cluster.run("run", absurd.get(0), "true");
            assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err()).contains("(expected: >");
        }
        assertThat(cluster.requests()).isEmpty();
    }

    @Test
    void everyCallProvesWhoTheFrameworkIs() {
        StubCluster.Outcome run = cluster.run("run", "--principal=me", "--secret=a:b", "true");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(authorizations).containsOnly("Basic bWU6YTpi").hasSameSizeAs(calls);
        assertThat(calls)
                .filteredOn(Call::hasSubscribe)
                .extracting(call -> call.getSubscribe().getFrameworkInfo().getPrincipal())
                .containsExactly("me");
    }

    @Test
    void withoutASecretAPrincipalIsOnlyNamed() {
        StubCluster.Outcome run = cluster.run("run", "--principal=me", "true");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(authorizations).containsOnly("").hasSameSizeAs(calls);
        assertThat(calls)
                .filteredOn(Call::hasSubscribe)
                .extracting(call -> call.getSubscribe().getFrameworkInfo().getPrincipal())
                .containsExactly("me");
    }

    @Test
    void credentialsThatCannotBeSentAreRefusedBeforeAnythingIsAsked() {
        StubCluster.Outcome secretOnly = cluster.run("run", "--secret=s", "true");
        StubCluster.Outcome colon = cluster.run("run", "--principal=a:b", "--secret=s", "true");

        assertThat(List.of(secretOnly.exitCode(), colon.exitCode())).containsOnly(ExitCode.USAGE);
        assertThat(secretOnly.err()).contains("--secret without --principal (expected: both)");
        assertThat(colon.err()).contains("--principal: a:b (expected: no colon)");
        assertThat(cluster.requests()).isEmpty();
    }

    @Test
    void aMasterThatAsksForCredentialsIsToldOf() {
        cluster.on("/api/v1/scheduler", exchange -> {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"mesos-master-scheduler\"");
            StubCluster.send(exchange, 401, "401 Unauthorized.");
        });

        StubCluster.Outcome run = cluster.run("run", "true");

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err())
                .isEqualTo("stoa: master " + cluster.address()
                        + " does not know who this is (expected: a --principal and its --secret)\n");
    }

    private void theTaskWritesHi() {
        cluster.on("/stoa/tasks", exchange -> {
            String id = exchange.getRequestURI().getQuery().replace("id=", "");
            StubCluster.send(exchange, 200, """
                    {"tasks":[{"framework":{"id":"F","name":"run"},"agent":{"hostname":"h","address":"%s"},
                      "state":"TASK_FAILED","active":false,"info":{"task_id":{"value":"%s"}}}]}""".formatted(cluster.address(), id));
        });
        cluster.sandboxes(path -> path.endsWith("/runs/latest/stdout") ? "hi\n" : "");
    }

    private TaskInfo launched() {
        return calls.stream()
                .filter(Call::hasAccept)
                .map(call -> call.getAccept().getOperations(0).getLaunch().getTaskInfos(0))
                .findFirst()
                .orElseThrow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        Call call = Call.parseFrom(exchange.getRequestBody().readAllBytes());
        calls.add(call);
        authorizations.add(
                Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Authorization"), ""));
        if (call.getType() == Call.Type.SUBSCRIBE) {
            if (call.hasFrameworkId()) {
                events = new LinkedBlockingQueue<>(List.of(subscribed(USUAL_HEARTBEAT_INTERVAL_S)));
            }
            stream(exchange, events);
            return;
        }
        assertThat(exchange.getRequestHeaders().getFirst("Mesos-Stream-Id")).isEqualTo("stream-1");
        exchange.sendResponseHeaders(202, -1);
        if (call.hasAccept()) {
            events.add(update(TaskState.TASK_RUNNING, ""));
            events.add(afterLaunch == null ? update(endState, endMessage) : afterLaunch);
        } else if (call.hasReconcile()) {
            events.add(update(endState, endMessage));
        } else if (call.hasKill()) {
            events.add(update(TaskState.TASK_KILLED, ""));
        }
    }

    private void stream(HttpExchange exchange, BlockingQueue<Event> events) throws IOException {
        exchange.getResponseHeaders().set("Mesos-Stream-Id", "stream-1");
        exchange.sendResponseHeaders(200, 0);
        if (events.isEmpty()) {
            events.addAll(List.of(subscribed(heartbeatIntervalS), anOffer()));
        }
        try {
            for (Event event = events.take(); !event.equals(END); event = events.take()) {
                // What is there already comes at once: no silence is in between.
                ByteArrayOutputStream records = new ByteArrayOutputStream();
                records.writeBytes(RecordIo.frame(event.toByteArray()));
                for (event = events.peek(); event != null && !event.equals(END); event = events.peek()) {
                    records.writeBytes(RecordIo.frame(events.remove().toByteArray()));
                }
                exchange.getResponseBody().write(records.toByteArray());
                exchange.getResponseBody().flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Event subscribed(double heartbeatIntervalS) {
        return Event.newBuilder()
                .setType(Event.Type.SUBSCRIBED)
                .setSubscribed(Event.Subscribed.newBuilder()
                        .setFrameworkId(FrameworkID.newBuilder().setValue("F"))
                        .setHeartbeatIntervalSeconds(heartbeatIntervalS))
                .build();
    }

    private static Event anOffer() {
        return Event.newBuilder()
                .setType(Event.Type.OFFERS)
                .setOffers(Event.Offers.newBuilder()
                        .addOffers(Offer.newBuilder()
                                .setId(OfferID.newBuilder().setValue("O"))
                                .setFrameworkId(FrameworkID.newBuilder().setValue("F"))
                                .setAgentId(AgentID.newBuilder().setValue("S"))
                                .setHostname("h")
                                .addResources(scalar("cpus"))
                                .addResources(scalar("mem"))))
                .build();
    }

    private static Resource scalar(String name) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(100))
                .build();
    }

    private Event update(TaskState state, String message) {
        TaskInfo task = launched();
        return Event.newBuilder()
                .setType(Event.Type.UPDATE)
                .setUpdate(Event.Update.newBuilder()
                        .setStatus(TaskStatus.newBuilder()
                                .setTaskId(task.getTaskId())
                                .setAgentId(task.getAgentId())
                                .setState(state)
                                .setMessage(message)
                                .setUuid(ByteString.copyFromUtf8("uuid"))))
                .build();
    }
}
