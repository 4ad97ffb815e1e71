package io.stoa.agent;

import java.lang.reflect.Proxy;

/**
 * Signals of the operating system. The JDK offers them in {@code sun.misc} only, whose names cannot be compiled without
 * a warning.
 */
public final class Signals {

    private Signals() {}

    /** @param name without {@code SIG} */
    public static void handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        action.run();
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("SIG" + name + " cannot be handled: this JDK is another one", e);
        }
    }
}
