package io.stoa.libprocess.scheduler;

import static io.stoa.libprocess.scheduler.MessagesFixture.DRIVER;
import static io.stoa.libprocess.scheduler.MessagesFixture.ID;
import static io.stoa.libprocess.scheduler.MessagesFixture.OTHER;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.libprocess.Upid;
import java.util.concurrent.CompletionStage;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.Test;

class TalkativeDriverTest {

    private final MessagesFixture fixture = new MessagesFixture();

    @Test
    void aDriverThatSaysMoreThanCanBeDealtWithHasToWait() {
        fixture.subscribed();
        decline(4_999);
        assertThat(hasRoom(DRIVER)).isTrue();
        decline(1);
        CompletionStage<Void> room = fixture.messages.room(DRIVER);
        assertThat(room.toCompletableFuture()).isNotDone();
        assertThat(hasRoom(OTHER)).isTrue();

        fixture.master.loop.runAll();

        assertThat(room.toCompletableFuture()).isCompleted();
        assertThat(hasRoom(DRIVER)).isTrue();
    }

    private boolean hasRoom(Upid from) {
        return fixture.messages.room(from).toCompletableFuture().isDone();
    }

    private void decline(int times) {
        for (int i = 0; i < times; i++) {
            Call call = Call.newBuilder()
                    .setFrameworkId(FrameworkID.newBuilder().setValue(ID))
                    .setType(Call.Type.DECLINE)
                    .setDecline(Call.Decline.newBuilder()
                            .addOfferIds(OfferID.newBuilder().setValue("O" + i)))
                    .build();
            fixture.messages.receive(
                    new io.stoa.libprocess.Message(DRIVER, "master", "mesos.scheduler.Call", call.toByteArray()));
        }
    }

    @Test
    void aDriverThatSaysTooMuchAllTheSameIsToldSo() {
        fixture.subscribed();
        decline(10_001);
        assertThat(fixture.sent())
                .containsExactly("scheduler-1 FrameworkErrorMessage Message mesos.scheduler.Call dropped: Too many"
                        + " calls are waiting (expected: at most 10000)");
    }
}
