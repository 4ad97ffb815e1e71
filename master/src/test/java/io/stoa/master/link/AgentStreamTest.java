package io.stoa.master.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.stoa.proto.agent.KillTask;
import io.stoa.proto.agent.MasterMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AgentStreamTest {

    private final FakeCall call = new FakeCall();
    private final AgentStream stream = new AgentStream(call, Runnable::run);

    @Test
    void messagesLeaveInTheOrderInWhichTheyWereSent() {
        stream.send(() -> kill("a"));
        stream.send(() -> kill("b"));

        assertThat(call.sent).containsExactly(kill("a"), kill("b"));
    }

    @Test
    void nothingIsWrittenWhileTheAgentDoesNotRead() {
        call.ready(false);
        stream.send(() -> kill("a"));
        assertThat(call.sent).isEmpty();

        call.ready(true);

        assertThat(call.sent).containsExactly(kill("a"));
    }

    @Test
    void anAgentThatNeverReadsLosesItsStreamAndNoMemoryBeyondTheLimit() {
        call.ready(false);
        for (int i = 0; i <= AgentStream.MAX_WAITING; i++) {
            stream.send(() -> kill("a"));
        }

        assertThat(call.sent).isEmpty();
        assertThat(Status.fromThrowable(call.error).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void aStreamThatEndsWellSaysEverythingBefore() {
        call.ready(false);
        stream.send(() -> kill("a"));
        stream.end(Status.OK);

        assertThat(call.sent).containsExactly(kill("a"));
        assertThat(call.completed).isTrue();
    }

    @Test
    void whatIsSentAfterTheEndIsDropped() {
        stream.end(Status.ABORTED);
        stream.send(() -> kill("a"));
        stream.end(Status.OK);

        assertThat(call.sent).isEmpty();
        assertThat(call.completed).isFalse();
    }

    @Test
    void manySendersShareAStreamWithoutLosingOrMixingAnything() throws InterruptedException {
        int senders = 4;
        int messages = 2_000;
        ExecutorService drain = Executors.newFixedThreadPool(2);
        ExecutorService pool = Executors.newFixedThreadPool(senders);
        AgentStream shared = new AgentStream(call, drain);
        CountDownLatch sent = new CountDownLatch(senders);
        for (int s = 0; s < senders; s++) {
            String sender = "s" + s;
            pool.execute(() -> {
                IntStream.range(0, messages).forEach(i -> shared.send(() -> kill(sender + "-" + i)));
                sent.countDown();
            });
        }
        sent.await();
        pool.shutdown();
        drain.shutdown();
        assertThat(drain.awaitTermination(30, TimeUnit.SECONDS)).isTrue();

        List<String> ids = new ArrayList<>();
        call.sent.forEach(message -> ids.add(message.getKillTask().getTaskId()));
        assertThat(ids).hasSize(senders * messages).doesNotHaveDuplicates();
        for (int s = 0; s < senders; s++) {
            String prefix = "s" + s + "-";
            assertThat(ids.stream().filter(id -> id.startsWith(prefix)))
                    .containsExactlyElementsOf(IntStream.range(0, messages)
                            .mapToObj(i -> prefix + i)
                            .toList());
        }
    }

    private static MasterMessage kill(String taskId) {
        return MasterMessage.newBuilder()
                .setKillTask(KillTask.newBuilder().setTaskId(taskId))
                .build();
    }
}
