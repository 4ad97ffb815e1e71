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
 * Ends what hangs, registered for all tests: a test after the time of its {@link Timeout}, or of its class', and
 * whatever has none after three minutes. JUnit would count by the clock, and is told to leave it
 * ({@code junit.jupiter.execution.timeout.mode}); this counts the time that the machine had.
 */
public final class TimeLimit implements InvocationInterceptor {

    private static final Duration USUAL = Duration.ofMinutes(3);

    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> called, ExtensionContext context)
            throws Throwable {
        limit(invocation, called.getExecutable(), ofTest(called.getExecutable(), context));
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> called, ExtensionContext context)
            throws Throwable {
        limit(invocation, called.getExecutable(), ofTest(called.getExecutable(), context));
    }

    @Override
    public void interceptBeforeAllMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> called, ExtensionContext context)
            throws Throwable {
        limit(invocation, called.getExecutable(), own(called.getExecutable()));
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> called, ExtensionContext context)
            throws Throwable {
        limit(invocation, called.getExecutable(), own(called.getExecutable()));
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> called, ExtensionContext context)
            throws Throwable {
        limit(invocation, called.getExecutable(), own(called.getExecutable()));
    }

    @Override
    public void interceptAfterAllMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> called, ExtensionContext context)
            throws Throwable {
        limit(invocation, called.getExecutable(), own(called.getExecutable()));
    }

    private static Optional<Duration> ofTest(Method test, ExtensionContext context) {
        Optional<Duration> limit = own(test);
        for (Class<?> type = context.getRequiredTestClass();
                limit.isEmpty() && type != null;
                type = type.getEnclosingClass()) {
            limit = own(type);
        }
        return limit;
    }

    private static Optional<Duration> own(AnnotatedElement element) {
        return AnnotationSupport.findAnnotation(element, Timeout.class)
                .map(timeout -> Duration.of(timeout.value(), timeout.unit().toChronoUnit()));
    }

    private static void limit(Invocation<@Nullable Void> invocation, Method method, Optional<Duration> limit)
            throws Throwable {
        Patience patience = Patience.begun(limit.orElse(USUAL));
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

    /** Interrupts a thread, once, when the patience with it is over. */
    private static final class Watch extends Thread {

        private static final long PERIOD_MS = 500;

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
            while (!ended && !patience.isOver()) {
                try {
                    wait(PERIOD_MS);
                } catch (InterruptedException e) {
                    return;
                }
            }
            if (!ended) {
                interrupted = true;
                watched.interrupt();
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
