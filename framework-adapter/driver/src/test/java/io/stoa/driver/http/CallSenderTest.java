package io.stoa.driver.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.driver.http.ScriptedServer.Connection;
import io.stoa.driver.loop.EventLoop;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class CallSenderTest {

    private static final int FORGOTTEN_AFTER_IDLE_MS = 200;

    private final HeardEvents heard = new HeardEvents();
    private final CallQueue queue = new CallQueue(100, 1 << 20);
    private final EventLoop clock = new EventLoop("clock", e -> heard.add("thrown " + e));
    private final ScriptedServer server = new ScriptedServer();

    CallSenderTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        queue.close();
        clock.close();
        server.close();
    }

    @Test
    void aConnectionThatWasIdleForLongIsNotUsedAgain() throws Exception {
        begin();
        call("one");
        Connection first = server.accept();
        first.request();
        first.answer(202, "");
        assertThat(heard.next()).isEqualTo("one answered 202 ");
        CountDownLatch later = new CountDownLatch(1);
        clock.schedule(2 * FORGOTTEN_AFTER_IDLE_MS, later::countDown);
        later.await();

        call("two");
        Connection second = server.accept();
        second.request();
        second.answer(202, "");

        assertThat(heard.next()).isEqualTo("two answered 202 ");
        first.awaitClose();
    }

    @Test
    void anAnswerThatNobodyAskedForIsNotThatOfTheNextCall() throws Exception {
        begin();
        call("one");
        Connection first = server.accept();
        first.request();
        String answer = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
        first.write(answer + answer);
        assertThat(heard.next()).isEqualTo("one answered 202 ");

        call("two");
        Connection second = server.accept();
        second.request();
        second.answer(400, "wrong");

        assertThat(heard.next()).isEqualTo("two answered 400 wrong");
    }

    @Test
    void callsHaveAnOutcomeWhateverIsThrown() throws Exception {
        AtomicBoolean failed = new AtomicBoolean();
        Consumer<Runnable> failing = task -> {
            if (!failed.getAndSet(true)) {
                throw new IllegalStateException("as without memory");
            }
            task.run();
        };
        CallSender sender = new CallSender(server.endpoint("/"), null, "id", ConnectionLimits.usual(), queue, failing);
        call("one");
        call("two");
        CompletableFuture<Void> end = CompletableFuture.runAsync(() -> run(sender));
        Connection connection = server.accept();
        connection.request();
        connection.answer(202, "");

        assertThat(heard.next()).isEqualTo("one perhaps arrived: The calls' thread has failed");
        assertThat(heard.next()).isEqualTo("two perhaps arrived: The calls' thread has failed");
        assertThat(end).failsWithin(30, TimeUnit.SECONDS);
    }

    private void begin() {
        CallSender sender = new CallSender(
                server.endpoint("/"),
                null,
                "id",
                ConnectionLimits.usual(),
                queue,
                Runnable::run,
                FORGOTTEN_AFTER_IDLE_MS);
        Thread thread = new Thread(() -> run(sender), "sender-under-test");
        thread.setDaemon(true);
        thread.start();
    }

    private void run(CallSender sender) {
        try {
            sender.run();
        } catch (InterruptedException e) {
            heard.add("thrown " + e);
        }
    }

    private void call(String text) {
        assertThat(queue.add(QueuedCall.of(text.getBytes(UTF_8), heard.of(text))))
                .isEmpty();
    }
}
