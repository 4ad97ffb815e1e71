package io.stoa.libprocess;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.resolver.AddressResolver;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class HostNamesTest {

    private static final long TIMEOUT_MS = 60_000;

    private final DefaultEventExecutor executor = new DefaultEventExecutor();
    private final CountDownLatch answered = new CountDownLatch(1);
    private final AtomicInteger begun = new AtomicInteger();
    private final HostNames names = new HostNames(TIMEOUT_MS, this::lookUp);

    private InetAddress[] lookUp(String name) throws UnknownHostException {
        begun.incrementAndGet();
        if (name.startsWith("slow")) {
            try {
                answered.await();
            } catch (InterruptedException e) {
                throw new UnknownHostException(name);
            }
        }
        return new InetAddress[] {InetAddress.getByAddress(new byte[] {10, 0, 0, 7})};
    }

    @AfterEach
    void close() {
        answered.countDown();
        names.close();
        executor.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void someSlowNamesDoNotHoldUpTheOthers() throws Exception {
        for (int i = 0; i < 3; i++) {
            resolve("slow" + i);
        }
        await().untilAtomic(begun, Matchers.is(3));

        InetSocketAddress found = resolve("fast").get();

        assertThat(found.getAddress().getHostAddress()).isEqualTo("10.0.0.7");
        assertThat(found.getPort()).isEqualTo(7070);
    }

    @Test
    void whatNobodyWaitsForAnyMoreIsNotLookedUp() {
        EmbeddedChannel clock = new EmbeddedChannel();
        AddressResolver<InetSocketAddress> resolver = names.newResolver(clock.eventLoop());
        List<Future<InetSocketAddress>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            if (i == 4) {
                await().untilAtomic(begun, Matchers.is(4));
            }
            all.add(resolve("slow" + i, resolver));
        }
        clock.advanceTimeBy(TIMEOUT_MS, TimeUnit.MILLISECONDS);
        clock.runScheduledPendingTasks();
        for (Future<InetSocketAddress> one : all) {
            assertThatThrownBy(() -> one.get())
                    .hasCauseInstanceOf(UnknownHostException.class)
                    .hasMessageContaining("no answer in time");
        }
        answered.countDown();
        assertThat(resolve("fast").awaitUninterruptibly(20, TimeUnit.SECONDS)).isTrue();
        assertThat(begun).as("four threads, and the last").hasValue(5);
    }

    @Test
    void moreThanCanWaitFailAtOnce() {
        List<Future<InetSocketAddress>> all = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            all.add(resolve("slow" + i));
        }
        await().until(() -> all.stream().filter(Future::isDone).count() >= 990);
        assertThat(all).filteredOn(Future::isDone).hasSizeLessThanOrEqualTo(1_000);
    }

    private Future<InetSocketAddress> resolve(String name) {
        return resolve(name, names.getResolver(executor));
    }

    private Future<InetSocketAddress> resolve(String name, AddressResolver<InetSocketAddress> resolver) {
        return resolver.resolve(InetSocketAddress.createUnresolved(name, 7070));
    }
}
