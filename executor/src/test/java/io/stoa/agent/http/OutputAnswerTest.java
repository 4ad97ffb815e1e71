package io.stoa.agent.http;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.container.ContainerIo.Source;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpResponse;
import io.stoa.http.HttpStream;
import io.stoa.http.call.MediaType;
import io.stoa.time.ManualTime;
import java.io.InputStream;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class OutputAnswerTest {

    private static final RequestForms FORMS = new RequestForms(MediaType.JSON, false, MediaType.JSON, true);
    private static final byte[] DATA = {1};

    private final ManualTime time = new ManualTime(0);
    private final Reader reader = new Reader();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    @Test
    void whoStandsStillIsCutAndOthersGoOn() {
        CompletableFuture<Void> said = say(new OutputAnswer(FORMS, reader, time, false, end), 10_000);
        time.advance(9_999);
        assertThat(reader.cut).isFalse();
        assertThat(said).isNotDone();
        time.advance(1);
        assertThat(reader.cut).isTrue();
        said.join();
    }

    @Test
    void whoGoesOnInTimeIsNotCut() {
        CompletableFuture<Void> said = say(new OutputAnswer(FORMS, reader, time, false, end), 10_000);
        time.advance(9_999);
        reader.caughtUp.run();
        said.join();
        time.advance(60_000);
        assertThat(reader.cut).isFalse();
    }

    @Test
    void aSessionWaitsForItsClient() {
        CompletableFuture<Void> said = say(new OutputAnswer(FORMS, reader, time, true, end), 30_000);
        time.advance(3_600_000);
        assertThat(reader.cut).isFalse();
        assertThat(said).isNotDone();
        reader.caughtUp.run();
        said.join();
    }

    @Test
    void theAnswerEndsWithTheContainer() {
        OutputAnswer answer = new OutputAnswer(FORMS, reader, time, true, end);
        answer.ended();
        assertThat(reader.ended).isFalse();
        end.complete(null);
        assertThat(reader.ended).isTrue();
    }

    /** Returns when it waits for its reader, and nothing is due before that time. */
    private CompletableFuture<Void> say(OutputAnswer answer, long nextDueMs) {
        CompletableFuture<Void> said = CompletableFuture.runAsync(() -> answer.output(Source.STDOUT, DATA));
        await().until(() -> reader.waitedFor && time.nextDueMs().equals(OptionalLong.of(nextDueMs)));
        return said;
    }

    /** A client that takes nothing until the test says so. */
    private static final class Reader implements HttpReply, HttpStream {

        private Runnable closed = () -> {};
        private Runnable caughtUp = () -> {};
        private volatile boolean waitedFor;
        private boolean cut;
        private boolean ended;

        @Override
        public Executor eventLoop() {
            return Runnable::run;
        }

        @Override
        public HttpStream stream(HttpResponse head, Runnable whenClosed) {
            closed = whenClosed;
            return this;
        }

        @Override
        public void whenCaughtUp(int heldBytes, Runnable action) {
            caughtUp = action;
            waitedFor = true;
        }

        @Override
        public void sendRecord(byte[] record) {}

        @Override
        public void cut() {
            cut = true;
            closed.run();
        }

        @Override
        public void end() {
            ended = true;
        }

        @Override
        public void send(HttpResponse response) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void send(HttpResponse head, long length, InputStream body, Executor reader) {
            throw new UnsupportedOperationException();
        }
    }
}
