package io.stoa.rpc.cluster;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** What streams cannot do: look at nothing before it is asked for, also where one thing becomes many. */
final class LazyIterators {

    private LazyIterators() {}

    static <A, B> Iterator<B> map(Iterator<A> all, Function<? super A, ? extends B> mapping) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return all.hasNext();
            }

            @Override
            public B next() {
                return mapping.apply(all.next());
            }
        };
    }

    /** All of what each stands for, one after the other. */
    static <A, B> Iterator<B> flatMap(Iterator<A> all, Function<? super A, Iterator<B>> mapping) {
        return new Iterator<>() {
            private Iterator<B> current = Collections.emptyIterator();

            @Override
            public boolean hasNext() {
                while (!current.hasNext() && all.hasNext()) {
                    current = mapping.apply(all.next());
                }
                return current.hasNext();
            }

            @Override
            public B next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return current.next();
            }
        };
    }
}
