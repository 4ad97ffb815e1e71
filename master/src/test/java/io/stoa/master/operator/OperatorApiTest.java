package io.stoa.master.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.http.HttpStream;
import io.stoa.mesos.AgentGateway;
import io.stoa.state.ReplicatedState;
import io.stoa.state.StateConfig;
import io.stoa.state.journal.InMemoryJournal;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import io.stoa.time.ManualTime;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.mesos.v1.Protos.Address;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.Attribute;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.Value;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperatorApiTest {

    private static final AgentId AGENT = new AgentId("M-S0");
    private static final FrameworkId FRAMEWORK = new FrameworkId("M-0000");
    private static final long NOW_MS = 1_795_218_486_250L;

    private final List<TaskKey> killed = new ArrayList<>();
    private final List<Offer> offers = new ArrayList<>();
    private boolean agentIsConnected = true;
    private Predicate<AgentId> isRecovered = any -> false;
    private ReplicatedState state;
    private OperatorApi api;
    private ClusterMetrics metrics;

    @BeforeEach
    void start() throws Exception {
        state = ReplicatedState.leading(new InMemoryJournal(), StateConfig.STANDARD);
        MasterInfo info = MasterInfo.newBuilder()
                .setId("M")
                .setIp(0)
                .setPort(5050)
                .setHostname("master.example")
                .setVersion("1.11.0")
                .setAddress(Address.newBuilder().setIp("10.0.0.1").setPort(5050))
                .build();
        MasterFacts facts = new MasterFacts(info, NOW_MS, NOW_MS, Map.of("port", "5050", "cluster", "test"));
        api = new OperatorApi(facts, state, new Soft(), new Agents(), new ManualTime(NOW_MS), Runnable::run);
        metrics = new ClusterMetrics(
                new ManualTime(NOW_MS), state.counters(), state::snapshot, () -> Optional.of(new Soft()));
        state.addListener(api.stateListener());
        state.addListener(metrics);
        admitAgent();
        commit(new StateMutation.AdmitFramework(
                FRAMEWORK,
                FrameworkInfo.newBuilder()
                        .setName("web")
                        .setUser("root")
                        .setId(FrameworkID.newBuilder().setValue("M-0000"))
                        .build(),
                NOW_MS));
    }

    @AfterEach
    void stop() {
        state.close();
    }

    @Test
    void anAgentIsShownInMesosWordsAndOrder() throws Exception {
        claim("t", "cpus:0.5;mem:64");
        offers.add(offer("cpus:3.5;mem:960;ports:[31000-31009, 31020-31029]"));
        assertThat(get("/state"))
                .contains(
                        "\"slaves\":[{\"id\":\"M-S0\",\"hostname\":\"one\",\"port\":5051,\"attributes\":{\"rack\":\"r1\"},"
                                + "\"pid\":\"slave(1)@10.0.0.2:5051\",\"registered_time\":1795218486.25,"
                                + "\"resources\":{\"disk\":0.0,\"mem\":1024.0,\"gpus\":0.0,\"cpus\":4.0,"
                                + "\"ports\":\"[31000-31009, 31020-31029]\"},"
                                + "\"used_resources\":{\"disk\":0.0,\"mem\":64.0,\"gpus\":0.0,\"cpus\":0.5},"
                                + "\"offered_resources\":{\"disk\":0.0,\"mem\":960.0,\"gpus\":0.0,\"cpus\":3.5,"
                                + "\"ports\":\"[31000-31009, 31020-31029]\"},\"reserved_resources\":{},"
                                + "\"unreserved_resources\":{\"disk\":0.0,\"mem\":1024.0,\"gpus\":0.0,\"cpus\":4.0,"
                                + "\"ports\":\"[31000-31009, 31020-31029]\"},\"active\":true,\"deactivated\":false,"
                                + "\"version\":\"1.11.0\",\"capabilities\":[]}]");
    }

    @Test
    void aTaskIsShownInMesosWordsAndOrderWhileItIsThere() throws Exception {
        claim("t", "cpus:0.5;mem:64");
        update("t", TaskState.TASK_RUNNING, 1, "");
        assertThat(get("/state"))
                .contains("\"role\":\"*\",\"tasks\":[{\"id\":\"t\",\"name\":\"t\",\"framework_id\":\"M-0000\","
                        + "\"executor_id\":\"\",\"slave_id\":\"M-S0\",\"state\":\"TASK_RUNNING\","
                        + "\"resources\":{\"disk\":0.0,\"mem\":64.0,\"gpus\":0.0,\"cpus\":0.5},\"role\":\"*\","
                        + "\"statuses\":[{\"state\":\"TASK_RUNNING\",\"timestamp\":1.0}]}],"
                        + "\"unreachable_tasks\":[],\"completed_tasks\":[],\"offers\":[],\"executors\":[],"
                        + "\"offer_constraints\":{}}]");
    }

    @Test
    void aTaskThatIsForgottenIsCompleted() throws Exception {
        claim("t", "cpus:0.5");
        update("t", TaskState.TASK_FINISHED, 1, "");
        commit(new StateMutation.RemoveTask(key("t")));
        JsonNode framework = json("/state").path("frameworks").path(0);
        assertThat(framework.path("tasks")).isEmpty();
        assertThat(framework.path("completed_tasks").path(0).path("state").asText())
                .isEqualTo("TASK_FINISHED");
    }

    @Test
    void theOldestCompletedTasksAreForgotten() throws Exception {
        for (int i = 0; i <= History.MAX_TASKS_PER_FRAMEWORK; i++) {
            claim("t" + i, "cpus:0.001");
            commit(new StateMutation.RemoveTask(key("t" + i)));
        }
        JsonNode completed = json("/state").path("frameworks").path(0).path("completed_tasks");
        assertThat(completed).hasSize(History.MAX_TASKS_PER_FRAMEWORK);
        assertThat(completed.path(0).path("id").asText()).isEqualTo("t1");
    }

    @Test
    void aFrameworkThatIsGoneKeepsItsTasksAsKilled() throws Exception {
        claim("t", "cpus:0.5");
        commit(new StateMutation.RemoveFramework(FRAMEWORK));
        JsonNode all = json("/state");
        assertThat(all.path("frameworks")).isEmpty();
        JsonNode gone = all.path("completed_frameworks").path(0);
        assertThat(gone.path("name").asText()).isEqualTo("web");
        assertThat(gone.path("active").asBoolean()).isFalse();
        assertThat(gone.path("completed_tasks").path(0).path("state").asText()).isEqualTo("TASK_KILLED");
    }

    @Test
    void aFrameworkThatIsGoneTellsWhenAndWhy() throws Exception {
        claim("t", "cpus:0.5");
        commit(new StateMutation.RemoveFramework(FRAMEWORK));
        JsonNode gone = json("/state").path("completed_frameworks").path(0);
        assertThat(gone.path("unregistered_time").asDouble()).isEqualTo(NOW_MS / 1e3);
        assertThat(gone.path("used_resources").path("cpus").asDouble()).isZero();
        assertThat(get("/state")).contains("\"statuses\":[{\"state\":\"TASK_KILLED\",\"timestamp\":1795218486.25}]");
        JsonNode status =
                json("/stoa/tasks?id=t").path("tasks").path(0).path("statuses").path(0);
        assertThat(status.path("message").asText()).isEqualTo("Framework M-0000 removed");
        assertThat(status.path("reason").asText()).isEqualTo("REASON_FRAMEWORK_REMOVED");
    }

    @Test
    void whatHasChangedSinceTheLastAnswerIsShown() throws Exception {
        claim("t", "cpus:0.5;mem:64;ports:[31000-31000]");
        claim("same", "cpus:0.25;ports:[31001-31002]");
        offers.add(offer("cpus:3.25;mem:960;ports:[31003-31009, 31020-31029]"));
        JsonNode first = json("/state");
        assertThat(json("/state")).isEqualTo(first);
        assertThat(first.path("frameworks").path(0).path("used_resources").toString())
                .isEqualTo("{\"disk\":0.0,\"mem\":64.0,\"gpus\":0.0,\"cpus\":0.75,\"ports\":\"[31000-31002]\"}");
        assertThat(first.path("frameworks").path(0).path("resources").toString())
                .isEqualTo("{\"disk\":0.0,\"mem\":1024.0,\"gpus\":0.0,\"cpus\":4.0,"
                        + "\"ports\":\"[31000-31009, 31020-31029]\"}");
        offers.clear();
        agentIsConnected = false;
        update("t", TaskState.TASK_FINISHED, 1, "");
        JsonNode second = json("/state");
        JsonNode agent = second.path("slaves").path(0);
        assertThat(agent.path("active").asBoolean()).isFalse();
        assertThat(agent.path("offered_resources").has("ports")).isFalse();
        assertThat(agent.path("used_resources").path("cpus").asDouble()).isEqualTo(0.25);
        JsonNode framework = second.path("frameworks").path(0);
        assertThat(framework.path("offers")).isEmpty();
        assertThat(framework.path("used_resources").path("cpus").asDouble()).isEqualTo(0.25);
        assertThat(framework.path("tasks").findValuesAsText("state")).containsOnly("TASK_FINISHED", "TASK_STAGING");
    }

    @Test
    void whoHasNotComeBackToANewLeaderIsRecovered() throws Exception {
        claim("t", "cpus:0.5");
        Recovered recovered = new Recovered(state.snapshot());
        state.addListener(recovered);
        isRecovered = recovered::contains;
        agentIsConnected = false;
        JsonNode before = json("/state");
        assertThat(before.path("slaves")).isEmpty();
        assertThat(before.path("deactivated_slaves").asDouble()).isZero();
        assertThat(before.path("recovered_slaves").toString())
                .isEqualTo("[{\"id\":\"M-S0\",\"hostname\":\"one\",\"port\":5051,\"attributes\":{\"rack\":\"r1\"}}]");
        assertThat(before.path("frameworks").path(0).path("tasks")).hasSize(1);
        admitAgent();
        // Whoever commits may know it before those who listen.
        await().until(() -> !recovered.contains(AGENT));
        JsonNode after = json("/state");
        assertThat(after.path("slaves")).hasSize(1);
        assertThat(after.path("slaves").path(0).path("reregistered_time").asDouble())
                .isEqualTo(NOW_MS / 1e3);
        assertThat(after.path("deactivated_slaves").asDouble()).isEqualTo(1);
        assertThat(after.path("recovered_slaves")).isEmpty();
    }

    @Test
    void tasksOnAnUnreachableAgentAreUnreachable() throws Exception {
        claim("t", "cpus:0.5");
        commit(new StateMutation.MarkAgentUnreachable(AGENT, NOW_MS));
        JsonNode all = json("/state");
        assertThat(all.path("slaves")).isEmpty();
        assertThat(all.path("unreachable_slaves").asDouble()).isEqualTo(1);
        assertThat(all.path("frameworks").path(0).path("unreachable_tasks")).hasSize(1);
    }

    @Test
    void tasksTellsReasonsAndMessagesAlsoOfWhatIsOver() throws Exception {
        claim("a/b c", "cpus:0.5");
        update("a/b c", TaskState.TASK_FAILED, 1, "Command exited with status 7");
        JsonNode present = json("/stoa/tasks?id=a%2Fb+c").path("tasks").path(0);
        assertThat(present.path("active").asBoolean()).isFalse();
        assertThat(present.path("agent").path("address").asText()).isEqualTo("10.0.0.2:5051");
        commit(new StateMutation.RemoveTask(key("a/b c")));
        JsonNode past = json("/stoa/tasks?id=a%2Fb+c").path("tasks").path(0);
        assertThat(past.path("framework").path("name").asText()).isEqualTo("web");
        assertThat(past.path("statuses").path(0).path("message").asText()).isEqualTo("Command exited with status 7");
        assertThat(json("/stoa/tasks?id=other").path("tasks")).isEmpty();
        assertThat(call("GET", "/stoa/tasks").status()).isEqualTo(400);
    }

    @Test
    void killEndsAnActiveTaskAndNothingElse() throws Exception {
        claim("t", "cpus:0.5");
        String kill = "/stoa/kill?id=t&framework=M-0000";
        assertThat(call("GET", kill).status()).isEqualTo(405);
        assertThat(call("POST", "/stoa/kill?id=t").status()).isEqualTo(400);
        assertThat(call("POST", "/stoa/kill?id=t&framework=other").status()).isEqualTo(404);
        assertThat(killed).isEmpty();
        assertThat(call("POST", kill).status()).isEqualTo(200);
        assertThat(killed).containsExactly(key("t"));
        agentIsConnected = false;
        assertThat(call("POST", kill).status()).isEqualTo(409);
        update("t", TaskState.TASK_KILLED, 1, "");
        assertThat(call("POST", kill).status()).isEqualTo(404);
    }

    @Test
    void metricsCountWhatIsThereAndWhatHasHappened() throws Exception {
        claim("running", "cpus:1");
        update("running", TaskState.TASK_RUNNING, 1, "");
        claim("failed", "cpus:1");
        update("failed", TaskState.TASK_FAILED, 2, "");
        commit(new StateMutation.RemoveTask(key("failed")));
        SortedMap<String, Double> figures = metrics.collect();
        assertThat(figures)
                .containsEntry("master/elected", 1.0)
                .containsEntry("master/tasks_running", 1.0)
                .containsEntry("master/tasks_staging", 0.0)
                .containsEntry("master/tasks_failed", 1.0)
                .containsEntry("master/slaves_active", 1.0)
                .containsEntry("master/frameworks_active", 1.0)
                .containsEntry("master/cpus_total", 4.0)
                .containsEntry("master/cpus_used", 1.0)
                .containsEntry("master/cpus_percent", 0.25)
                .containsEntry("master/slave_registrations", 1.0)
                .containsEntry("master/slave_removals", 0.0)
                .containsEntry("master/valid_status_updates", 2.0)
                .containsEntry("allocator/mesos/resources/cpus/offered_or_allocated", 1.0)
                .containsKeys("system/load_1min", "system/mem_total_bytes");
        assertThat(figures.get("stoa/state/transactions_committed")).isPositive();
    }

    private void admitAgent() throws Exception {
        commit(new StateMutation.AdmitAgent(
                AGENT,
                AgentInfo.newBuilder()
                        .setHostname("one")
                        .setId(AgentID.newBuilder().setValue("M-S0"))
                        .addAttributes(Attribute.newBuilder()
                                .setName("rack")
                                .setType(Value.Type.TEXT)
                                .setText(Value.Text.newBuilder().setValue("r1")))
                        .build(),
                List.of(),
                "1.11.0",
                "10.0.0.2",
                5051,
                Resources.parse("cpus:4;mem:1024;ports:[31000-31009, 31020-31029]"),
                NOW_MS));
    }

    private void claim(String taskId, String resources) throws Exception {
        commit(new StateMutation.Claim(
                FRAMEWORK,
                AGENT,
                "*",
                TaskInfo.newBuilder()
                        .setName(taskId)
                        .setTaskId(TaskID.newBuilder().setValue(taskId))
                        .setAgentId(AgentID.newBuilder().setValue("M-S0"))
                        .addAllResources(Resources.parse(resources).toProto("*"))
                        .setCommand(CommandInfo.newBuilder().setValue("true"))
                        .build()));
    }

    private void update(String taskId, TaskState taskState, int uuid, String message) throws Exception {
        TaskStatus.Builder status = TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(taskId))
                .setState(taskState)
                .setTimestamp(1)
                .setUuid(ByteString.copyFrom(new byte[] {(byte) uuid}));
        if (!message.isEmpty()) {
            status.setMessage(message);
        }
        commit(new StateMutation.UpdateTaskStatus(key(taskId), status.build()));
    }

    private void commit(StateMutation mutation) throws Exception {
        state.commit(StateTransaction.of(mutation)).get(20, TimeUnit.SECONDS);
        // Listeners are told after futures complete: what the next commit's future waits for has been told.
        state.commit(StateTransaction.of(new StateMutation.RemoveTask(key("nobody"))))
                .get(20, TimeUnit.SECONDS);
    }

    private static TaskKey key(String taskId) {
        return new TaskKey(FRAMEWORK, taskId);
    }

    private static Offer offer(String resources) {
        List<Resource> all = Resources.parse(resources).toProto("*");
        return Offer.newBuilder()
                .setId(OfferID.newBuilder().setValue("O"))
                .setFrameworkId(FrameworkID.newBuilder().setValue("M-0000"))
                .setAgentId(AgentID.newBuilder().setValue("M-S0"))
                .setHostname("one")
                .addAllResources(all)
                .build();
    }

    private JsonNode json(String target) throws Exception {
        return new ObjectMapper().readTree(get(target));
    }

    private String get(String target) {
        return new String(call("GET", target).body(), UTF_8);
    }

    private HttpResponse call(String method, String target) {
        String[] parts = target.split("\\?", 2);
        HttpRequest request = new HttpRequest(
                method,
                parts[0],
                parts.length == 2 ? parts[1] : "",
                new DefaultHttpHeaders(),
                new byte[0],
                new InetSocketAddress(0));
        Answer answer = new Answer();
        Optional.ofNullable(api.handlers().get(parts[0])).orElseThrow().handle(request, answer);
        return answer.given();
    }

    private static final class Answer implements HttpReply {

        private @Nullable HttpResponse response;

        HttpResponse given() {
            return Optional.ofNullable(response).orElseThrow();
        }

        @Override
        public Executor eventLoop() {
            return Runnable::run;
        }

        @Override
        public void send(HttpResponse given) {
            response = given;
        }

        @Override
        public HttpStream stream(HttpResponse head, Runnable closed) {
            throw new UnsupportedOperationException("no operator endpoint streams");
        }

        @Override
        public void send(HttpResponse head, long length, InputStream body, Executor reader) {
            try {
                response = new HttpResponse(head.status(), head.headers(), body.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private final class Soft implements SoftState {

        @Override
        public boolean isConnected(AgentId agentId) {
            return agentIsConnected;
        }

        @Override
        public boolean isConnected(FrameworkId frameworkId) {
            return true;
        }

        @Override
        public boolean isRecovered(AgentId agentId) {
            return isRecovered.test(agentId);
        }

        @Override
        public boolean isRecovered(FrameworkId frameworkId) {
            return false;
        }

        @Override
        public Collection<Offer> openOffers() {
            return offers;
        }
    }

    private final class Agents implements AgentGateway {

        @Override
        public boolean isConnected(AgentId agentId) {
            return agentIsConnected;
        }

        @Override
        public void killTask(AgentId agentId, TaskKey task, Optional<KillPolicy> policy) {
            killed.add(task);
        }

        @Override
        public void acknowledge(AgentId agentId, TaskKey task, ByteString uuid) {}

        @Override
        public void sendFrameworkMessage(ExecutorKey executor, ByteString data) {}

        @Override
        public void shutdownExecutor(ExecutorKey executor) {}

        @Override
        public void frameworkSubscribed(Framework framework) {}

        @Override
        public void shutdownFramework(FrameworkId frameworkId) {}
    }
}
