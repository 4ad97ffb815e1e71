package io.stoa.testing;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Ends what hangs, registered for all tests: a test after the time of its {@link Timeout}, or of its class', and what
 * has none after three minutes; what prepares a class may fetch much from afar, and has a quarter of an hour. JUnit
 * would count by the clock, and is told to leave it ({@code junit.jupiter.execution.timeout.mode}); this counts the
 * time that the machine had.
 */
public final class TimeLimit implements InvocationInterceptor {

    private static final Duration USUAL = Duration.ofMinutes(3);
    private static final Duration PREPARATION = Duration.ofMinutes(15);

    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> called, ExtensionContext context)
            throws Throwable {
        limit(invocation, called.getExecutable(), ofTest(called, context));
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> called, ExtensionContext context)
            throws Throwable {
        limit(invocation, called.getExecutable(), ofTest(called, context));
    }

    @Override
    public void interceptBeforeAllMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> called, ExtensionContext context)
            throws Throwable {
        limit(invocation, called.getExecutable(), own(called).orElse(PREPARATION));
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> called, ExtensionContext context)
            throws Throwable {
        limit(invocation, called.getExecutable(), own(called).orElse(USUAL));
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> called, ExtensionContext context)
            throws Throwable {
        limit(invocation, called.getExecutable(), own(called).orElse(USUAL));
    }

    @Override
    public void interceptAfterAllMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> called, ExtensionContext context)
            throws Throwable {
        limit(invocation, called.getExecutable(), own(called).orElse(USUAL));
    }

    private static Duration ofTest(ReflectiveInvocationContext<Method> test, ExtensionContext context) {
        Optional<Duration> limit = own(test);
        for (Class<?> type = context.getRequiredTestClass();
                limit.isEmpty() && type != null;
                type = type.getEnclosingClass()) {
            limit = of(type);
        }
        return limit.orElse(USUAL);
    }

    private static Optional<Duration> own(ReflectiveInvocationContext<Method> called) {
        return of(called.getExecutable());
    }

    private static Optional<Duration> of(AnnotatedElement element) {
        return AnnotationSupport.findAnnotation(element, Timeout.class)
                .map(timeout -> Duration.of(timeout.value(), timeout.unit().toChronoUnit()));
    }

    private static void limit(Invocation<@Nullable Void> invocation, Method method, Duration limit) throws Throwable {
        Patience patience = Patience.begun(limit);
        Watch watch = new Watch(Thread.currentThread(), patience);
        Throwable failure = null;
        watch.start();
        try {
            invocation.proceed();
        } catch (Throwable e) {
            failure = e;
        }
        if (watch.end()) {
            TimeoutException late = new TimeoutException(method.getName() + "() is not over after " + patience);
            if (failure != null) {
                late.initCause(failure);
            }
            throw late;
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Interrupts a thread when the patience with it is over, and again while it goes on, perhaps in cleaning up. */
    private static final class Watch extends Thread {

        private static final long PERIOD_MS = 500;
        private static final long AGAIN_MS = 30_000;

        private final Thread watched;
        private final Patience patience;
        private boolean ended;
        private boolean interrupted;

        Watch(Thread watched, Patience patience) {
            super("time-limit");
            setDaemon(true);
            this.watched = watched;
            this.patience = patience;
        }

        @Override
        public synchronized void run() {
            try {
                while (!ended) {
                    wait(interrupted ? AGAIN_MS : PERIOD_MS);
                    if (!ended && patience.isOver()) {
                        interrupted = true;
                        watched.interrupt();
                    }
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts this thread", e);
            }
        }

        /** @return whether the thread was interrupted; it is so no more */
        synchronized boolean end() {
            ended = true;
            notifyAll();
            if (interrupted) {
                boolean unused = Thread.interrupted();
            }
            return interrupted;
        }
    }
}
