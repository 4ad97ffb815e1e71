package org.apache.mesos.v1.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.driver.GoldenMessages;
import io.stoa.driver.http.ScriptedServer;
import io.stoa.driver.http.ScriptedServer.Connection;
import io.stoa.testing.Patience;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class V0MesosTest {

    private static final GoldenMessages GOLDEN = new GoldenMessages("/golden/scheduler.txt");
    private static final FrameworkInfo FRAMEWORK =
            FrameworkInfo.newBuilder().setUser("root").setName("v0").build();

    private final ScriptedServer master = new ScriptedServer();
    private final HeardScheduler scheduler = new HeardScheduler();
    private final BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
    private V0Mesos mesos;
    private Connection stream;

    V0MesosTest() throws IOException {}

    @BeforeEach
    void subscribe() throws Exception {
        mesos = new V0Mesos(scheduler, FRAMEWORK, "127.0.0.1:" + master.port(), null, thrown::add);
        stream = master.subscribed("stream-1");
        stream.event(GOLDEN.bytes("SUBSCRIBED"));
        assertThat(scheduler.next()).isEqualTo("connected");
    }

    @AfterEach
    void close() throws IOException {
        mesos.close();
        master.close();
    }

    @Test
    void eventsAreHeldBackUntilTheSchedulerSubscribes() throws Exception {
        stream.event(GOLDEN.bytes("OFFERS"));
        mesos.send(Call.newBuilder().setType(Call.Type.REQUEST).build());
        assertThat(scheduler.isEmpty()).isTrue();
        mesos.send(recorded("SUBSCRIBE"));

        Event subscribed = scheduler.event();
        Event recorded = Event.parseFrom(GOLDEN.bytes("SUBSCRIBED"));
        assertThat(subscribed.getSubscribed().getFrameworkId())
                .isEqualTo(recorded.getSubscribed().getFrameworkId());
        assertThat(subscribed.getSubscribed().getMasterInfo())
                .isEqualTo(recorded.getSubscribed().getMasterInfo());
        assertThat(subscribed.getSubscribed().getHeartbeatIntervalSeconds()).isEqualTo(15);
        assertThat(scheduler.event()).isEqualTo(Event.parseFrom(GOLDEN.bytes("OFFERS")));
    }

    @Test
    void callsBecomeThoseOfADriver() throws Exception {
        mesos.send(recorded("SUBSCRIBE"));
        stream.event(GOLDEN.bytes("OFFERS"));
        scheduler.event();
        scheduler.event();
        mesos.send(recorded("ACCEPT"));
        Connection calls = master.accept();
        Call accept = Call.parseFrom(calls.request().body());
        calls.answer(202, "");
        mesos.send(recorded("ACKNOWLEDGE"));
        Call acknowledge = Call.parseFrom(calls.request().body());
        calls.answer(202, "");

        assertThat(accept.getAccept().getOfferIdsList())
                .isEqualTo(recorded("ACCEPT").getAccept().getOfferIdsList());
        assertThat(accept.getAccept().getOperationsList())
                .isEqualTo(recorded("ACCEPT").getAccept().getOperationsList());
        assertThat(acknowledge.getAcknowledge())
                .isEqualTo(recorded("ACKNOWLEDGE").getAcknowledge());

        mesos.send(recorded("TEARDOWN"));
        assertThat(Call.parseFrom(calls.request().body()).getType()).isEqualTo(Call.Type.TEARDOWN);
    }

    @Test
    void updatesAndFailuresComeAsTheyWere() throws Exception {
        mesos.send(recorded("SUBSCRIBE"));
        scheduler.event();
        stream.event(GOLDEN.bytes("UPDATE"));

        assertThat(scheduler.event()).isEqualTo(Event.parseFrom(GOLDEN.bytes("UPDATE")));
    }

    @Test
    void aLostMasterIsADisconnectThatDropsWhatIsHeldBack() throws Exception {
        stream.event(GOLDEN.bytes("OFFERS"));
        stream.endStream();

        assertThat(scheduler.next()).isEqualTo("disconnected");
        master.subscribed("stream-2").event(GOLDEN.bytes("SUBSCRIBED"));
        assertThat(scheduler.next()).isEqualTo("connected");
        mesos.send(recorded("SUBSCRIBE"));
        assertThat(scheduler.event().getType()).isEqualTo(Event.Type.SUBSCRIBED);
        assertThat(scheduler.isEmpty()).isTrue();
    }

    @Test
    void whoeverDropsItEndsItsConnection() throws Exception {
        Connection dropped = stream;
        subscribe();

        dropped.awaitCloseByCollection();
        mesos.send(recorded("SUBSCRIBE"));
        assertThat(scheduler.event().getType()).as("of the other one").isEqualTo(Event.Type.SUBSCRIBED);
    }

    @Test
    void whatACallbackThrowsIsNotSwallowed() throws Exception {
        scheduler.react((itself, line) -> {
            throw new IllegalStateException(line);
        });
        mesos.send(recorded("SUBSCRIBE"));

        assertThat(Patience.next(thrown)).hasMessage("SUBSCRIBED");
    }

    private static Call recorded(String name) {
        try {
            return Call.parseFrom(GOLDEN.bytes(name));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
