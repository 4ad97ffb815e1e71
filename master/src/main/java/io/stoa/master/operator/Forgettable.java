package io.stoa.master.operator;

import java.lang.ref.SoftReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What can be had anew, and goes when memory is short. For one thread at a time. */
public final class Forgettable<T> {

    private final Supplier<T> anew;
    private SoftReference<T> kept = new SoftReference<>(null);

    public Forgettable(Supplier<T> anew) {
        this.anew = anew;
    }

    public T get() {
        @Nullable T known = kept.get();
        if (known != null) {
            return known;
        }
        T made = anew.get();
        kept = new SoftReference<>(made);
        return made;
    }
}
