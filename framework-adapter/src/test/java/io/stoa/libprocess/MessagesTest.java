package io.stoa.libprocess;

import static io.stoa.testing.Patience.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.http.HttpResponse;
import io.stoa.http.HttpRoutes;
import io.stoa.http.HttpServer;
import io.stoa.http.LocalServer;
import io.stoa.http.RawClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages to our processes, as Mesos was recorded to take them. */
class MessagesTest {

    private static final String ACCEPTED = "HTTP/1.1 202 Accepted\nDate: now\nContent-Length: 0\n\n";
    private static final String NOT_FOUND = "HTTP/1.1 404 Not Found\nDate: now\n"
            + "Content-Type: text/plain; charset=utf-8\nContent-Length: 14\n\n404 Not Found.";
    private static final String FROM = "Libprocess-From: hand(1)@127.0.0.1:7171\n";

    private final List<Message> received = new CopyOnWriteArrayList<>();
    private final TransportCounts counts = new TransportCounts();
    private final LocalProcesses processes = new LocalProcesses(counts);
    private final LocalProcesses careful = new LocalProcesses(counts, true);
    private final Processes.Registration master = processes.register("master", received::add);
    private HttpServer server;
    private RawClient client;

    @BeforeEach
    void listen() throws IOException {
        HttpRoutes routes = HttpRoutes.of("master")
                .route("/api/v1/scheduler", (request, reply) -> reply.send(HttpResponse.empty(200)))
                .build();
        server = LocalServer.of(routes);
        server.divert(processes);
        client = new RawClient(server.address());
    }

    @Test
    void whoSaysMoreThanThereIsRoomForHasToWait() throws Exception {
        CompletableFuture<Void> room = new CompletableFuture<>();
        processes.register("narrow", new MessageReceiver() {
            @Override
            public void receive(Message message) {
                received.add(message);
            }

            @Override
            public CompletionStage<Void> room(Upid from) {
                return from.id().equals("hand(1)") ? room : ROOM;
            }
        });
        client.send("POST /narrow/first HTTP/1.1\n" + FROM + "\nPOST /narrow/second HTTP/1.1\n" + FROM + "\n");
        try (RawClient other = new RawClient(server.address())) {
            other.send("POST /narrow/other HTTP/1.1\nLibprocess-From: hand(2)@127.0.0.1:7171\n\n");
            assertThat(other.answer()).isEqualTo(ACCEPTED);
        }
        await().until(() -> received.size() == 2);
        assertThat(received).extracting(Message::name).containsExactlyInAnyOrder("first", "other");

        room.complete(null);

        assertThat(client.answer()).isEqualTo(ACCEPTED);
        assertThat(client.answer()).isEqualTo(ACCEPTED);
        assertThat(received).extracting(Message::name).contains("second");
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "User-Agent: libprocess/hand(1)@127.0.0.1:7171\n",
                "Libprocess-From: hand(1)@127.0.0.1:7171\n",
                "User-Agent: libprocess/hand(1)@127.0.0.1:7171\nLibprocess-From: hand(1)@127.0.0.1:7171\n",
                "User-Agent: Go 1.1 package http\nlibprocess-from:  hand(1)@127.0.0.1:7171 \n",
                "User-Agent: libprocess/other(9)@10.0.0.1:1\nLibprocess-From: hand(1)@127.0.0.1:7171\n",
                "Host: \nLibprocess-From: hand(1)@127.0.0.1:7171\n"
            })
    void sayWhoSentThem(String headers) throws IOException {
        client.send("POST /master/mesos.internal.Some HTTP/1.1\n" + headers + "Content-Length: 3\n\nabc");

        assertThat(client.answer()).isEqualTo(ACCEPTED);
        Message message = received.get(0);
        assertThat(message.from()).hasToString("hand(1)@127.0.0.1:7171");
        assertThat(message.to()).isEqualTo("master");
        assertThat(message.name()).isEqualTo("mesos.internal.Some");
        assertThat(message.body()).asString(ISO_8859_1).isEqualTo("abc");
    }

    @Test
    void mayBeChunkedOrEmpty() throws IOException {
        client.send("POST /master/a HTTP/1.1\n" + FROM + "Transfer-Encoding: chunked\n\n3\nabc\n2\nde\n0\n\n");
        client.send("POST /master/b HTTP/1.1\n" + FROM + "\n");
        client.send("POST /master HTTP/1.1\n" + FROM + "\n");

        for (int i = 0; i < 3; i++) {
            assertThat(client.answer()).isEqualTo(ACCEPTED);
        }
        assertThat(received)
                .extracting(message -> message.name() + ":" + new String(message.body(), ISO_8859_1))
                .containsExactly("a:abcde", "b:", ":");
    }

    @Test
    void areTakenInTheOrderOfTheirConnectionWithoutWaitingForAnswers() throws IOException {
        int count = 10_000;
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < count; i++) {
            all.append("POST /master/m")
                    .append(i)
                    .append(" HTTP/1.1\n")
                    .append(FROM)
                    .append('\n');
        }
        Thread sender = new Thread(() -> {
            try {
                client.send(all.toString());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        sender.start();

        for (int i = 0; i < count; i++) {
            assertThat(client.head()).startsWith("HTTP/1.1 202 Accepted\n");
        }
        assertThat(received)
                .extracting(Message::name)
                .isEqualTo(IntStream.range(0, count).mapToObj(i -> "m" + i).collect(Collectors.toList()));
    }

    @Test
    void ofASenderWhoCannotBeAnsweredAreAcceptedAndDropped() throws IOException {
        client.send("POST /master/mesos.internal.Some HTTP/1.1\nLibprocess-From: nonsense\n\n");
        client.send("POST /master/mesos.internal.Some HTTP/1.1\nUser-Agent: libprocess/\n\n");

        assertThat(client.answer() + client.answer()).isEqualTo(ACCEPTED + ACCEPTED);
        assertThat(received).isEmpty();
        assertThat(figures()).containsEntry("stoa/libprocess/messages_without_sender", 2.0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /nosuchprocess/mesos.internal.PingSlaveMessage",
                "POST /",
                "POST //",
                "POST //master/x",
                "POST /api/v1/scheduler",
                "POST /masters",
                "GET /master/mesos.internal.Some"
            })
    void toNobodyAreNotFound(String line) throws IOException {
        client.send(line + " HTTP/1.1\n" + FROM + "\n");

        assertThat(client.answer()).isEqualTo(NOT_FOUND);
        assertThat(received).isEmpty();
    }

    @Test
    void areNotToldByTheirPath() throws IOException {
        client.send("POST /master/mesos.internal.Some HTTP/1.1\nUser-Agent: x libprocess/a@1.2.3.4:5\n\n");
        assertThat(client.answer()).isEqualTo(NOT_FOUND);

        client.send("POST /master/api/v1/scheduler HTTP/1.1\nUser-Agent: curl\n\n");
        assertThat(client.answer()).startsWith("HTTP/1.1 200 OK\n");
        client.send("POST /master/api/v1/scheduler HTTP/1.1\nTransfer-Encoding: chunked\n\n0\n\n");
        assertThat(client.answer()).startsWith("HTTP/1.1 200 OK\n");
        assertThat(received).isEmpty();
    }

    @Test
    void ofLibprocessAreMessagesAlsoWhereTheirPathIsARoute() throws IOException {
        client.send("POST /master/api/v1/scheduler HTTP/1.1\n" + FROM + "\n");

        assertThat(client.answer()).isEqualTo(ACCEPTED);
        assertThat(received).extracting(Message::name).containsExactly("api/v1/scheduler");
    }

    @Test
    void reachAProcessAsLongAsItIsRegistered() throws IOException {
        assertThatThrownBy(() -> processes.register("master", received::add))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> processes.register("a/b", received::add)).isInstanceOf(IllegalArgumentException.class);

        master.close();
        client.send("POST /master/a HTTP/1.1\n" + FROM + "\n");
        assertThat(client.answer()).isEqualTo(NOT_FOUND);

        processes.register("master", received::add);
        master.close();
        client.send("POST /master/a HTTP/1.1\n" + FROM + "\n");
        assertThat(client.answer()).isEqualTo(ACCEPTED);
    }

    @ParameterizedTest
    @CsvSource({
        "hand(1)@127.0.0.2:7171, hand(1)@127.0.0.2:7171",
        "hand(1)@[::1]:7171, hand(1)@[::1]:7171",
        "hand(1)@localhost:7171, hand(1)@localhost:7171",
        "nonsense, @0.0.0.0:0"
    })
    void fromAnotherAddressThanTheyNameAreRefusedWhereThatIsWanted(String from, String told) throws IOException {
        server.divert(careful);
        client.send(
                "POST /master/a HTTP/1.1\nLibprocess-From: " + from + "\n\nPOST /nobody/a HTTP/1.1\n" + FROM + "\n");

        assertThat(client.answer())
                .startsWith("HTTP/1.1 400 Bad Request\n")
                .matches("(?s).*\n\nUPID IP address validation failed: Message from " + Pattern.quote(told)
                        + " was sent from IP 127\\.0\\.0\\.1:[0-9]+");
        assertThat(client.answer()).isEqualTo(NOT_FOUND);
        assertThat(received).isEmpty();
        assertThat(figures()).containsEntry("stoa/libprocess/messages_from_another_address", 1.0);
    }

    @Test
    void fromTheAddressThatTheyNameAreTakenWhereThatIsWanted() throws IOException {
        careful.register("master", received::add);
        server.divert(careful);
        client.send("POST /master/a HTTP/1.1\n" + FROM + "\n");

        assertThat(client.answer()).isEqualTo(ACCEPTED);
        assertThat(received).extracting(Message::name).containsExactly("a");
    }

    @Test
    void areCounted() throws IOException {
        client.send("POST /master/a HTTP/1.1\n" + FROM + "\nPOST /nobody/a HTTP/1.1\n" + FROM + "\n");
        client.answer();
        client.answer();

        assertThat(figures())
                .containsEntry("stoa/libprocess/messages_received", 1.0)
                .containsEntry("stoa/libprocess/messages_to_unknown_process", 1.0);
    }

    private Map<String, Double> figures() {
        Map<String, Double> figures = new TreeMap<>();
        counts.addTo(figures);
        return figures;
    }
}
