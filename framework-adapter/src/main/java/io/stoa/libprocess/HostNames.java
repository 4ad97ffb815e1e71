package io.stoa.libprocess;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Looks names up on threads of its own, since nobody knows how long that takes; what takes too long has failed. */
final class HostNames extends AddressResolverGroup<InetSocketAddress> {

    private static final int THREADS = 4;
    private static final int MAX_WAITING = 1_000;

    private final ThreadPoolExecutor lookups = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            new DefaultThreadFactory("libprocess-names", true));
    private final Lookup lookup;
    private final long timeoutMs;

    /** @param timeoutMs after which nobody waits for a name any more; one that is still queued is not looked up then */
    HostNames(long timeoutMs) {
        this(timeoutMs, InetAddress::getAllByName);
    }

    HostNames(long timeoutMs, Lookup lookup) {
        this.timeoutMs = timeoutMs;
        this.lookup = lookup;
        lookups.allowCoreThreadTimeOut(true);
    }

    /** How a name is looked up; may block. */
    interface Lookup {

        InetAddress[] addresses(String name) throws UnknownHostException;
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new Names(executor).asAddressResolver();
    }

    @Override
    public void close() {
        lookups.shutdownNow();
        super.close();
    }

    private final class Names extends InetNameResolver {

        Names(EventExecutor executor) {
            super(executor);
        }

        @Override
        protected void doResolve(String name, Promise<InetAddress> promise) {
            submit(name, promise, found -> found[0]);
        }

        @Override
        protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
            submit(name, promise, List::of);
        }

        private <T> void submit(String name, Promise<T> promise, Function<InetAddress[], T> result) {
            ScheduledFuture<?> timeout = executor()
                    .schedule(
                            () -> promise.tryFailure(new UnknownHostException(name + ": no answer in time")),
                            timeoutMs,
                            TimeUnit.MILLISECONDS);
            promise.addListener(done -> timeout.cancel(false));
            try {
                lookups.execute(() -> lookUp(name, promise, result));
            } catch (RejectedExecutionException e) {
                promise.tryFailure(e);
            }
        }

        private <T> void lookUp(String name, Promise<T> promise, Function<InetAddress[], T> result) {
            if (promise.isDone()) {
                return;
            }
            try {
                promise.trySuccess(result.apply(lookup.addresses(name)));
            } catch (UnknownHostException | RuntimeException e) {
                promise.tryFailure(e);
            }
        }
    }
}
