package io.stoa.itests.golden;

import static io.stoa.testing.Patience.await;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.proto.json.MesosJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every call of the scheduler API, well made and not, in JSON and in protobuf: what HTTP says at once. */
class SchedulerCallsTest {

    private static final String JSON = "application/json";
    private static final String PROTOBUF = "application/x-protobuf";
    private static final String SUBSCRIBE =
            "{'type':'SUBSCRIBE','subscribe':{'framework_info':{'user':'root','name':'calls','roles':['a'],"
                    + "'failover_timeout':600,'capabilities':[{'type':'MULTI_ROLE'}]}}}";

    /** A well made call of each type, without the framework's id. */
    private static final Map<Call.Type, String> CALLS = new EnumMap<>(Map.ofEntries(
            Map.entry(Call.Type.TEARDOWN, "{'type':'TEARDOWN'}"),
            Map.entry(Call.Type.ACCEPT, "{'type':'ACCEPT','accept':{'offer_ids':[{'value':'o'}]}}"),
            Map.entry(Call.Type.DECLINE, "{'type':'DECLINE','decline':{'offer_ids':[{'value':'o'}]}}"),
            Map.entry(
                    Call.Type.ACCEPT_INVERSE_OFFERS,
                    "{'type':'ACCEPT_INVERSE_OFFERS','accept_inverse_offers':{'inverse_offer_ids':[{'value':'o'}]}}"),
            Map.entry(
                    Call.Type.DECLINE_INVERSE_OFFERS,
                    "{'type':'DECLINE_INVERSE_OFFERS','decline_inverse_offers':{'inverse_offer_ids':[{'value':'o'}]}}"),
            Map.entry(Call.Type.REVIVE, "{'type':'REVIVE'}"),
            Map.entry(Call.Type.SUPPRESS, "{'type':'SUPPRESS'}"),
            Map.entry(Call.Type.KILL, "{'type':'KILL','kill':{'task_id':{'value':'t'}}}"),
            Map.entry(
                    Call.Type.SHUTDOWN,
                    "{'type':'SHUTDOWN','shutdown':{'executor_id':{'value':'e'},'agent_id':{'value':'s'}}}"),
            Map.entry(
                    Call.Type.ACKNOWLEDGE,
                    "{'type':'ACKNOWLEDGE','acknowledge':{'agent_id':{'value':'s'},'task_id':{'value':'t'},"
                            + "'uuid':'5zzmHAamT3G7G3tbfILoBA=='}}"),
            Map.entry(
                    Call.Type.ACKNOWLEDGE_OPERATION_STATUS,
                    "{'type':'ACKNOWLEDGE_OPERATION_STATUS','acknowledge_operation_status':{'agent_id':{'value':'s'},"
                            + "'operation_id':{'value':'p'},'uuid':'5zzmHAamT3G7G3tbfILoBA=='}}"),
            Map.entry(Call.Type.RECONCILE, "{'type':'RECONCILE','reconcile':{'tasks':[]}}"),
            Map.entry(
                    Call.Type.RECONCILE_OPERATIONS,
                    "{'type':'RECONCILE_OPERATIONS','reconcile_operations':{'operations':[]}}"),
            Map.entry(
                    Call.Type.MESSAGE,
                    "{'type':'MESSAGE','message':{'agent_id':{'value':'s'},'executor_id':{'value':'e'},'data':'aGk='}}"),
            Map.entry(Call.Type.REQUEST, "{'type':'REQUEST','request':{'requests':[]}}"),
            Map.entry(
                    Call.Type.UPDATE_FRAMEWORK,
                    "{'type':'UPDATE_FRAMEWORK','update_framework':{'framework_info':{'user':'root','name':'calls',"
                            + "'id':{'value':'$ID'},'roles':['a'],'failover_timeout':600,"
                            + "'capabilities':[{'type':'MULTI_ROLE'}]}}}"),
            Map.entry(Call.Type.UNKNOWN, "{'type':'UNKNOWN'}")));

    private static ReplayCluster cluster;
    private static Scheduler subscribed;
    private static Scheduler away;

    /** A framework: its event stream, and its ids. */
    private record Scheduler(RawConnection stream, String streamId, String frameworkId) {

        static Scheduler subscribe() throws Exception {
            RawConnection stream = new RawConnection("stream", cluster.address(), clock());
            stream.send("POST", request("POST", JSON, JSON, "", text(SUBSCRIBE)));
            Block.Response answer = (Block.Response) requireNonNull(stream.next(30_000));
            assertThat(answer.head().get(0)).isEqualTo("HTTP/1.1 200 OK");
            String streamId = answer.head().stream()
                    .filter(line -> line.startsWith("Mesos-Stream-Id: "))
                    .findFirst()
                    .orElseThrow();
            Block.StreamedEvent event = (Block.StreamedEvent) requireNonNull(stream.next(30_000));
            Event first = MesosJson.parse(event.record(), Event.newBuilder()).build();
            return new Scheduler(
                    stream, streamId, first.getSubscribed().getFrameworkId().getValue());
        }
    }

    /** What a call is answered with. */
    private record Answer(int status, String text) {}

    @BeforeAll
    static void start() throws Exception {
        cluster = new ReplayCluster(AgentScript.of(List.of()), 1);
        away = Scheduler.subscribe();
        away.stream().close();
        await().until(() -> cluster.connectionCount() == 0);
        cluster.settle();
        subscribed = Scheduler.subscribe();
    }

    @AfterAll
    static void stop() throws Exception {
        subscribed.stream().close();
        cluster.close();
    }

    private static ReplayClock clock() {
        return new ReplayClock(cluster.time(), cluster::settle, 0);
    }

    @Test
    void noTypeOfCallIsMissingHere() {
        List<Call.Type> types = new ArrayList<>(List.of(Call.Type.values()));
        types.remove(Call.Type.SUBSCRIBE);
        assertThat(CALLS.keySet()).containsExactlyInAnyOrderElementsOf(types);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"SUBSCRIBE", "TEARDOWN", "UPDATE_FRAMEWORK", "UNKNOWN"})
    void aCallIsAcceptedAtOnce(Call.Type type) throws Exception {
        assertThat(everyWay(type, subscribed.frameworkId(), subscribed.streamId()))
                .containsOnly(new Answer(202, ""));
    }

    @Test
    void anUpdateOfTheFrameworkIsAnsweredWhenItIsDone() throws Exception {
        assertThat(everyWay(Call.Type.UPDATE_FRAMEWORK, subscribed.frameworkId(), subscribed.streamId()))
                .containsOnly(new Answer(200, ""));
    }

    /** Mesos aborts. */
    @Test
    void theTypeThatIsCalledUnknownIsNotImplemented() throws Exception {
        assertThat(everyWay(Call.Type.UNKNOWN, subscribed.frameworkId(), subscribed.streamId()))
                .containsOnly(new Answer(501, "501 Not Implemented."));
    }

    @Test
    void aTeardownEndsTheStream() throws Exception {
        for (String type : List.of(JSON, PROTOBUF)) {
            Scheduler leaving = Scheduler.subscribe();
            byte[] call = encoded(type, wellMade(Call.Type.TEARDOWN), leaving.frameworkId());
            assertThat(send("POST", type, JSON, leaving.streamId(), call)).isEqualTo(new Answer(202, ""));
            Block last = requireNonNull(leaving.stream().next(30_000));
            while (last instanceof Block.StreamedEvent) {
                last = requireNonNull(leaving.stream().next(30_000));
            }
            assertThat(last).isInstanceOf(Block.EndOfStream.class);
            assertThat(send("POST", type, JSON, leaving.streamId(), call))
                    .isEqualTo(new Answer(400, "Framework cannot be found"));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SUBSCRIBE")
    void aCallNeedsAFrameworkThatIsSubscribed(Call.Type type) throws Exception {
        assertThat(everyWay(type, "", subscribed.streamId()))
                .containsOnly(
                        new Answer(400, "Failed to validate scheduler::Call: Expecting 'framework_id' to be present"));
        assertThat(everyWay(type, "nobody", subscribed.streamId()))
                .containsOnly(new Answer(400, "Framework cannot be found"));
        assertThat(everyWay(type, away.frameworkId(), away.streamId()))
                .containsOnly(new Answer(403, "Framework is not subscribed"));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SUBSCRIBE")
    void aCallNamesItsStream(Call.Type type) throws Exception {
        assertThat(everyWay(type, subscribed.frameworkId(), ""))
                .containsOnly(new Answer(400, "All non-subscribe calls should include the 'Mesos-Stream-Id' header"));
        assertThat(everyWay(type, subscribed.frameworkId(), "Mesos-Stream-Id: other"))
                .containsOnly(new Answer(
                        400,
                        "The stream ID 'other' included in this request didn't match the stream ID currently"
                                + " associated with framework ID " + subscribed.frameworkId()));
    }

    @ParameterizedTest
    @EnumSource
    void aCallNeedsWhatItsTypePromises(Call.Type type) throws Exception {
        String field = type.name().toLowerCase(Locale.ROOT);
        boolean promises = Call.getDescriptor().findFieldByName(field) != null
                && type != Call.Type.REVIVE
                && type != Call.Type.SUPPRESS;
        if (promises) {
            for (String media : List.of(JSON, PROTOBUF)) {
                byte[] call = encoded(media, "{'type':'" + type + "'}", subscribed.frameworkId());
                assertThat(send("POST", media, JSON, subscribed.streamId(), call))
                        .isEqualTo(new Answer(
                                400, "Failed to validate scheduler::Call: Expecting '" + field + "' to be present"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {'type':'ACKNOWLEDGE','acknowledge':{'agent_id':{'value':'s'},'task_id':{'value':'t'},'uuid':'AAAA'}} | Not a valid UUID
            {'type':'ACKNOWLEDGE','acknowledge':{'agent_id':{'value':'s'},'task_id':{'value':'t'},'uuid':'5zzmHAamD3G7G3tbfILoBA=='}} | Not a valid UUID
            {'type':'ACKNOWLEDGE_OPERATION_STATUS','acknowledge_operation_status':{'operation_id':{'value':'p'},'uuid':'AAAA','agent_id':{'value':'s'}}} | Not a valid UUID
            {'type':'ACKNOWLEDGE_OPERATION_STATUS','acknowledge_operation_status':{'operation_id':{'value':'p'},'uuid':'5zzmHAamT3G7G3tbfILoBA=='}} | Expecting 'agent_id' to be present
            {'type':'UPDATE_FRAMEWORK','update_framework':{'framework_info':{'user':'root','name':'calls','id':{'value':'x'}}}} | 'framework_id' differs from 'update_framework.framework_info.id'
            {'type':'SUBSCRIBE','subscribe':{'framework_info':{'user':'root','name':'calls'}}} | 'framework_id' differs from 'subscribe.framework_info.id'
            """)
    void whatACallHoldsIsLookedAt(String call, String error) throws Exception {
        for (String media : List.of(JSON, PROTOBUF)) {
            assertThat(send("POST", media, JSON, "", encoded(media, call, subscribed.frameworkId())))
                    .isEqualTo(new Answer(400, "Failed to validate scheduler::Call: " + error));
        }
    }

    @Test
    void acceptIsLookedAtWhereAnAnswerHasABody() throws Exception {
        for (Map.Entry<Call.Type, String> call : CALLS.entrySet()) {
            if (call.getKey() != Call.Type.TEARDOWN && call.getKey() != Call.Type.UNKNOWN) {
                int status = send(
                                "POST",
                                JSON,
                                "text/html",
                                subscribed.streamId(),
                                encoded(JSON, call.getValue(), subscribed.frameworkId()))
                        .status();
                assertThat(status)
                        .as(call.getKey().name())
                        .isEqualTo(
                                switch (call.getKey()) {
                                    case RECONCILE_OPERATIONS -> 406;
                                    case UPDATE_FRAMEWORK -> 200;
                                    default -> 202;
                                });
            }
        }
        assertThat(send("POST", JSON, "text/html", "", text(SUBSCRIBE)))
                .isEqualTo(
                        new Answer(406, "Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'"));
    }

    @Test
    void requestsAreJudgedBeforeTheirCalls() throws Exception {
        byte[] call = encoded(JSON, wellMade(Call.Type.REVIVE), "nobody");
        for (String method : List.of("GET", "PUT", "DELETE")) {
            assertThat(send(method, JSON, JSON, "", call).status()).isEqualTo(405);
        }
        assertThat(send("POST", "text/plain", JSON, "", call))
                .isEqualTo(new Answer(415, "Expecting 'Content-Type' of application/json or application/x-protobuf"));
        assertThat(send("POST", PROTOBUF, JSON, "", new byte[] {1}))
                .isEqualTo(new Answer(400, "Failed to parse body into Call protobuf"));
        assertThat(send("POST", JSON, JSON, subscribed.streamId(), text(SUBSCRIBE)))
                .isEqualTo(new Answer(400, "Subscribe calls should not include the 'Mesos-Stream-Id' header"));
    }

    private static String wellMade(Call.Type type) {
        return requireNonNull(CALLS.get(type));
    }

    /** In both forms. */
    private static List<Answer> everyWay(Call.Type type, String frameworkId, String stream) throws Exception {
        List<Answer> answers = new ArrayList<>();
        for (String media : List.of(JSON, PROTOBUF)) {
            answers.add(send("POST", media, JSON, stream, encoded(media, wellMade(type), frameworkId)));
        }
        return answers;
    }

    private static byte[] encoded(String media, String call, String frameworkId) throws Exception {
        String id = frameworkId.isEmpty() ? "" : "'framework_id':{'value':'" + frameworkId + "'},";
        byte[] json = text("{" + id + call.substring(1).replace("$ID", frameworkId));
        return media.equals(JSON)
                ? json
                : MesosJson.parse(json, Call.newBuilder()).build().toByteArray();
    }

    private static byte[] text(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] request(String method, String contentType, String accept, String stream, byte[] body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes((method + " /api/v1/scheduler HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + contentType
                        + "\r\nAccept: " + accept + (stream.isEmpty() ? "" : "\r\n" + stream) + "\r\nContent-Length: "
                        + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }

    private static Answer send(String method, String contentType, String accept, String stream, byte[] body)
            throws Exception {
        try (RawConnection connection = new RawConnection("call", cluster.address(), clock())) {
            connection.send(method, request(method, contentType, accept, stream, body));
            Block.Response answer = (Block.Response) requireNonNull(connection.next(30_000));
            return new Answer(
                    Integer.parseInt(answer.head().get(0).split(" ", 3)[1]),
                    new String(answer.body(), StandardCharsets.UTF_8));
        }
    }
}
