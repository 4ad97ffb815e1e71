package io.stoa.master;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.flags.ServerAddress;
import io.stoa.libprocess.Message;
import io.stoa.libprocess.MessageReceiver;
import io.stoa.time.SystemTime;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FrontDoorTest {

    private final List<Message> heard = new CopyOnWriteArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private final SystemTime time = new SystemTime();
    private FrontDoor door;

    @BeforeEach
    void open() throws IOException {
        door = FrontDoor.open(ServerAddress.local(0), time);
    }

    @AfterEach
    void close() {
        door.close();
        time.close();
    }

    @Test
    void messagesAreTakenWhetherThisMasterLeadsOrNotButHeardOnlyWhileItLeads() throws Exception {
        assertThat(post("/master/before", true)).isEqualTo(202);
        door.hear(heard::add);
        assertThat(post("/master/leading", true)).isEqualTo(202);
        door.hear(MessageReceiver.DEAF);
        assertThat(post("/master/after", true)).isEqualTo(202);

        assertThat(heard).extracting(Message::name).containsExactly("leading");
        Map<String, Double> figures = new TreeMap<>();
        door.messageCounts().addTo(figures);
        assertThat(figures).containsEntry("stoa/libprocess/messages_received", 3.0);
    }

    @Test
    void requestsThatAreNoMessagesGoToTheirRoutes() throws Exception {
        door.hear(heard::add);

        assertThat(post("/master/api/v1/scheduler", false)).isEqualTo(503);
        assertThat(post("/master/mesos.internal.Some", false)).isEqualTo(404);
        assertThat(post("/nobody/mesos.internal.Some", true)).isEqualTo(404);
        assertThat(heard).isEmpty();
    }

    @Test
    void aMasterThatStartsIsHealthy() throws Exception {
        URI target = URI.create("http://127.0.0.1:" + door.address().getPort() + "/health");

        assertThat(client.send(HttpRequest.newBuilder(target).build(), BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void otherProcessesCanBeReachedAsLongAsTheyAreThere() throws Exception {
        try (var process = door.processes().register("authenticator(1)", heard::add)) {
            assertThat(post("/authenticator(1)/some", true)).isEqualTo(202);
        }
        assertThat(post("/authenticator(1)/some", true)).isEqualTo(404);
        assertThat(heard).hasSize(1);
    }

    @Test
    void whereThatIsWantedMessagesMustComeFromTheAddressThatTheyName() throws Exception {
        door.close();
        door = FrontDoor.open(ServerAddress.local(0), true, time);
        door.hear(heard::add);

        assertThat(post("/master/a", "hand(1)@127.0.0.2:7171")).isEqualTo(400);
        assertThat(post("/master/b", "hand(1)@127.0.0.1:7171")).isEqualTo(202);
        assertThat(heard).extracting(Message::name).containsExactly("b");
    }

    private int post(String path, boolean isMessage) throws IOException, InterruptedException {
        return post(path, isMessage ? "hand(1)@127.0.0.1:7171" : "");
    }

    /** @param from empty: it is no message */
    private int post(String path, String from) throws IOException, InterruptedException {
        URI target = URI.create("http://127.0.0.1:" + door.address().getPort() + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(target).POST(BodyPublishers.noBody());
        if (!from.isEmpty()) {
            request.header("Libprocess-From", from);
        }
        return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }
}
