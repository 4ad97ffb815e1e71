package io.stoa.driver.loop;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.driver.Threads;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class EventLoopTest {

    private final List<Throwable> thrown = new CopyOnWriteArrayList<>();
    private final EventLoop loop = new EventLoop("loop-under-test", thrown::add);

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void tasksRunInTheirOrderOnOneDaemonThread() throws Exception {
        List<Integer> order = new CopyOnWriteArrayList<>();
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            if (i % 2 == 0) {
                loop.execute(() -> order.add(number));
            } else {
                loop.deliver(() -> order.add(number));
            }
        }
        CompletableFuture<Boolean> inLoop = new CompletableFuture<>();
        loop.execute(() -> {
            thread.complete(Thread.currentThread());
            inLoop.complete(loop.inLoop());
        });

        assertThat(inLoop.get()).isTrue();
        assertThat(order).hasSize(1_000).isSorted();
        assertThat(loop.inLoop()).isFalse();
        assertThat(thread.get().isDaemon()).isTrue();
    }

    @Test
    void aTaskMayHandOverAnotherOne() {
        AtomicInteger runs = new AtomicInteger();

        loop.execute(() -> loop.execute(() -> loop.execute(runs::incrementAndGet)));

        await().untilAtomic(runs, org.hamcrest.Matchers.is(1));
    }

    @Test
    void everyThrowableOfATaskIsReportedAndTheLoopLivesOn() {
        AtomicInteger runs = new AtomicInteger();
        OutOfMemoryError memory = new OutOfMemoryError("not really");

        loop.execute(() -> {
            throw memory;
        });
        loop.execute(() -> Threads.sneak(new Exception("checked")));
        loop.execute(runs::incrementAndGet);

        await().untilAtomic(runs, org.hamcrest.Matchers.is(1));
        assertThat(thrown).hasSize(2).first().isSameAs(memory);
        assertThat(thrown.get(1)).hasMessage("checked");
    }

    @Test
    void aHandlerThatThrowsDoesNotEndTheLoop() {
        AtomicInteger runs = new AtomicInteger();
        EventLoop careless = new EventLoop("careless", e -> {
            throw new IllegalStateException("once more", e);
        });

        careless.execute(() -> {
            throw new IllegalStateException("first");
        });
        careless.execute(runs::incrementAndGet);

        await().untilAtomic(runs, org.hamcrest.Matchers.is(1));
        careless.close();
    }

    @Test
    void timersRunWhenTheyAreDueAndNotWhenTheyAreCancelled() throws Exception {
        List<String> order = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> end = new CompletableFuture<>();

        loop.execute(() -> {
            loop.schedule(TimeUnit.DAYS.toMillis(1), () -> order.add("tomorrow"));
            // However long this takes, these are due one after the other.
            loop.schedule(1, () -> order.add("soon"));
            loop.schedule(2, () -> order.add("never")).cancel();
            loop.schedule(30, () -> order.add("later"));
            loop.schedule(60, () -> end.complete(null));
        });
        end.get();

        assertThat(order).containsExactly("soon", "later");
    }

    @Test
    void aDueTimerRunsBeforeTasksThatWait() throws Exception {
        List<String> order = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> end = new CompletableFuture<>();

        loop.execute(() -> {
            loop.execute(() -> order.add("task"));
            loop.execute(() -> end.complete(null));
            loop.schedule(0, () -> order.add("timer"));
        });
        end.get();

        assertThat(order).containsExactly("timer", "task");
    }

    @Test
    void whoeverHandsOverMoreThanMayWaitIsRefused() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger runs = new AtomicInteger();
        loop.execute(() -> {
            begun.countDown();
            Threads.await(go);
        });
        Threads.await(begun);
        for (int i = 0; i < EventLoop.MAX_WAITING; i++) {
            loop.execute(runs::incrementAndGet);
        }

        assertThatThrownBy(() -> loop.execute(runs::incrementAndGet))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageStartingWith("100000 calls wait for the driver's thread (expected: fewer than 100000)");

        loop.deliver(runs::incrementAndGet);
        go.countDown();
        await().untilAtomic(runs, org.hamcrest.Matchers.is(EventLoop.MAX_WAITING + 1));
        loop.execute(runs::incrementAndGet);
        await().untilAtomic(runs, org.hamcrest.Matchers.is(EventLoop.MAX_WAITING + 2));
    }

    @Test
    void whatWaitsIsDroppedWhenTheLoopIsClosed() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CompletableFuture<Thread> thread = new CompletableFuture<>();

        loop.execute(() -> {
            loop.execute(runs::incrementAndGet);
            loop.close();
            thread.complete(Thread.currentThread());
        });
        thread.get().join();
        loop.execute(runs::incrementAndGet);
        loop.schedule(0, runs::incrementAndGet);

        assertThat(thread.get().isAlive()).isFalse();
        assertThat(runs).hasValue(0);
    }

    @Test
    void aTaskDoesNotSeeAnInterruptOfTheOneBefore() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();

        loop.execute(() -> {
            loop.execute(() -> interrupted.complete(Thread.currentThread().isInterrupted()));
            Thread.currentThread().interrupt();
        });

        assertThat(interrupted.get()).isFalse();
    }
}
