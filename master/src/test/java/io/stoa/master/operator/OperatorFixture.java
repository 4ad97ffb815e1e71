package io.stoa.master.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.stoa.http.HttpHandler;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.http.HttpStream;
import io.stoa.master.link.GoneResult;
import io.stoa.mesos.scheduler.Transport;
import io.stoa.state.ReplicatedState;
import io.stoa.state.StateConfig;
import io.stoa.state.journal.InMemoryJournal;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import io.stoa.testing.Patience;
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
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.apache.mesos.v1.Protos.Address;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.Attribute;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A cluster of one agent and one framework, and the operators' endpoints on it. */
abstract class OperatorFixture {

    static final AgentId AGENT = new AgentId("M-S0");
    static final FrameworkId FRAMEWORK = new FrameworkId("M-0000");
    static final long NOW_MS = 1_795_218_486_250L;

    final List<TaskKey> killed = new ArrayList<>();
    final List<Offer> offers = new ArrayList<>();
    OfferConstraints constraints = OfferConstraints.getDefaultInstance();
    boolean agentIsConnected = true;
    boolean frameworkIsActive = true;
    Optional<String> pid = Optional.empty();
    Optional<Transport> door = Optional.empty();
    Predicate<AgentId> isRecovered = any -> false;
    ReplicatedState state;
    OperatorContext context;
    OperatorApi api;
    ClusterMetrics metrics;

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
        context = new OperatorContext(
                facts,
                state,
                new Soft(),
                new AgentActions((agent, task, policy) -> killed.add(task), this::markGone),
                () -> metrics.collect(),
                new History(state.snapshot(), History.Limits.DEFAULTS, new ManualTime(NOW_MS)),
                Runnable::run);
        api = new OperatorApi(context);
        metrics = new ClusterMetrics(
                new ManualTime(NOW_MS),
                state.counters(),
                () -> Optional.of(new ClusterMetrics.Leading(
                        context,
                        () -> CompletableFuture.completedFuture(
                                new TreeMap<>(Map.of("allocator/mesos/allocation_runs", 7.0))))),
                Runnable::run);
        state.addListener(context.history());
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

    void admitAgent() throws Exception {
        admitAgent("cpus:4;mem:1024;ports:[31000-31009, 31020-31029]");
    }

    void admitAgent(String resources) throws Exception {
        commit(new StateMutation.AdmitAgent(
                AGENT,
                AgentInfo.newBuilder()
                        .setHostname("one")
                        .setId(AgentID.newBuilder().setValue("M-S0"))
                        .addAttributes(Attribute.newBuilder()
                                .setName("rack")
                                .setType(Value.Type.TEXT)
                                .setText(Value.Text.newBuilder().setValue("r1")))
                        .addAllResources(Resources.parse(resources).toProto())
                        .build(),
                List.of(),
                "1.11.0",
                "10.0.0.2",
                5051,
                Resources.parse(resources),
                NOW_MS));
    }

    void claim(String taskId, String resources) throws Exception {
        claim(FRAMEWORK, taskId, resources);
    }

    void claim(FrameworkId framework, String taskId, String resources) throws Exception {
        commit(new StateMutation.Claim(
                framework,
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

    void update(String taskId, TaskState taskState, int uuid, String message) throws Exception {
        TaskStatus.Builder status = TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(taskId))
                .setState(taskState)
                .setTimestamp(uuid)
                .setUuid(ByteString.copyFrom(new byte[] {(byte) uuid}));
        if (!message.isEmpty()) {
            status.setMessage(message);
        }
        commit(new StateMutation.UpdateTaskStatus(key(taskId), status.build()));
    }

    void commit(StateMutation mutation) throws Exception {
        assertThat(state.commit(StateTransaction.of(mutation)).get()).isInstanceOf(CommitResult.Committed.class);
        // Listeners are told after futures complete: what the next commit's future waits for has been told.
        state.commit(StateTransaction.of(new StateMutation.RemoveTask(key("nobody"))))
                .get();
    }

    private CompletableFuture<GoneResult> markGone(AgentId id) {
        return CompletableFuture.completedFuture(
                state.snapshot().agent(id).isPresent() ? GoneResult.GONE : GoneResult.UNKNOWN);
    }

    static TaskKey key(String taskId) {
        return new TaskKey(FRAMEWORK, taskId);
    }

    static Offer offer(String resources) {
        List<Resource> all = Resources.parse(resources).toProto("*");
        return Offer.newBuilder()
                .setId(OfferID.newBuilder().setValue("O"))
                .setFrameworkId(FrameworkID.newBuilder().setValue("M-0000"))
                .setAgentId(AgentID.newBuilder().setValue("M-S0"))
                .setHostname("one")
                .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole("*"))
                .addAllResources(all)
                .build();
    }

    JsonNode json(String target) throws Exception {
        return new ObjectMapper().readTree(get(target));
    }

    String get(String target) {
        return new String(call("GET", target).body(), UTF_8);
    }

    HttpResponse call(String method, String target) {
        return call(
                Optional.ofNullable(api.handlers().get(target.split("\\?", 2)[0]))
                        .orElseThrow(),
                method,
                target);
    }

    static HttpResponse call(HttpHandler handler, String method, String target) {
        String[] parts = target.split("\\?", 2);
        HttpRequest request = new HttpRequest(
                method,
                parts[0],
                parts.length == 2 ? parts[1] : "",
                new DefaultHttpHeaders(),
                new byte[0],
                new InetSocketAddress(0));
        Answer answer = new Answer();
        handler.handle(request, answer);
        return answer.given();
    }

    /** A call of the v1 API. */
    static HttpResponse post(HttpHandler handler, String type, String accept, byte[] body) {
        HttpHeaders headers = new DefaultHttpHeaders();
        headers.add("Content-Type", type);
        if (!accept.isEmpty()) {
            headers.add("Accept", accept);
        }
        Answer answer = new Answer();
        handler.handle(new HttpRequest("POST", "/api/v1", "", headers, body, new InetSocketAddress(0)), answer);
        return answer.given();
    }

    private static final class Answer implements HttpReply {

        private final CompletableFuture<HttpResponse> response = new CompletableFuture<>();

        /** What waits for the state to be durable is answered by another thread. */
        HttpResponse given() {
            return Patience.join(response);
        }

        @Override
        public Executor eventLoop() {
            return Runnable::run;
        }

        @Override
        public void send(HttpResponse given) {
            response.complete(given);
        }

        @Override
        public HttpStream stream(HttpResponse head, Runnable closed) {
            throw new UnsupportedOperationException("no operator endpoint streams");
        }

        @Override
        public void send(HttpResponse head, long length, InputStream body, Executor reader) {
            try {
                response.complete(new HttpResponse(head.status(), head.headers(), body.readAllBytes()));
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
        public boolean isActive(FrameworkId frameworkId) {
            return frameworkIsActive;
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
        public Optional<String> pid(FrameworkId frameworkId) {
            return pid;
        }

        @Override
        public Optional<Transport> door(FrameworkId frameworkId) {
            return door;
        }

        @Override
        public OfferConstraints offerConstraints(FrameworkId frameworkId) {
            return constraints;
        }

        @Override
        public Collection<Offer> openOffers() {
            return offers;
        }
    }
}
