package io.stoa.state.model;

import java.util.AbstractCollection;
import java.util.Iterator;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** A collection that is computed while it is looked at. */
final class View<T> extends AbstractCollection<T> {

    private final Supplier<Iterator<T>> iterators;
    private final IntSupplier size;

    View(Supplier<Iterator<T>> iterators, IntSupplier size) {
        this.iterators = iterators;
        this.size = size;
    }

    @Override
    public Iterator<T> iterator() {
        return iterators.get();
    }

    @Override
    public int size() {
        return size.getAsInt();
    }
}
