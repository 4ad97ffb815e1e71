package io.stoa.master.operator;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.stoa.http.PiecedBody;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The elements of an array, or of a repeated field, that is printed again and again while few of its elements change
 * and the others keep their order. Elements are printed and added up in short runs; of a run in which nothing changed
 * only the references are looked at, and its text is shared by all answers. For one thread at a time.
 *
 * @param <S> a sum of elements
 */
public final class PrintedArray<T, S> {

    /** Elements of a run; half to twice as many where some were inserted or removed. */
    private static final int RUN = 16;
    /** So many elements may disappear at one place before what follows is printed anew. */
    private static final int SEARCHED = 1024;

    /**
     * How elements of one kind are told apart, printed and added up.
     *
     * @param id what an element keeps when it changes
     * @param same false for two elements whose texts or parts in sums may differ
     */
    public record Kind<T, S>(
            Function<T, Object> id, BiPredicate<T, T> same, Printer<T> printer, Function<List<T>, S> sum) {

        /** Of values that never change: they are the same only if they are one. */
        @SuppressWarnings("ReferenceEquality")
        public static <T, S> Kind<T, S> ofConstants(
                Function<T, Object> id, Printer<T> printer, Function<List<T>, S> sum) {
            return new Kind<>(id, (one, other) -> one == other, printer, sum);
        }

        /** The same elements, only added up. */
        Kind<T, S> unprinted() {
            return new Kind<>(id, same, (element, out) -> {}, sum);
        }
    }

    /** Prints an element with whatever separates it from the one before. */
    @FunctionalInterface
    public interface Printer<T> {
        void print(T element, OutputStream out) throws IOException;
    }

    /** Neighbours. */
    private static final class Run<S> {

        /** Of all of them. */
        final byte[] text;
        /** Where each ends in the text. */
        final int[] ends;

        final S sum;

        Run(byte[] text, int[] ends, S sum) {
            this.text = text;
            this.ends = ends;
            this.sum = sum;
        }

        int size() {
            return ends.length;
        }

        void copy(int index, ByteArrayBuilder out) {
            int begin = index == 0 ? 0 : ends[index - 1];
            out.write(text, begin, ends[index] - begin);
        }
    }

    private final Kind<T, S> kind;
    private final Run<S> none;
    private List<T> elements = List.of();
    private List<Run<S>> runs = List.of();

    public PrintedArray(Kind<T, S> kind) {
        this.kind = kind;
        none = new Run<>(new byte[0], new int[0], kind.sum.apply(List.of()));
    }

    /** Holds these from now on. */
    public void show(Iterable<T> others) {
        try {
            Update update = new Update();
            for (T element : others) {
                update.add(element);
            }
            update.cut();
            elements = update.shown;
            runs = update.shownRuns;
        } catch (IOException e) {
            throw new UncheckedIOException("printing into memory", e);
        }
    }

    /** What its sums together say of all elements. */
    public Stream<S> sums() {
        return runs.stream().map(run -> run.sum);
    }

    public int size() {
        return elements.size();
    }

    /** In bytes. */
    public int length() {
        int length = 0;
        for (Run<S> run : runs) {
            length = Math.addExact(length, run.text.length);
        }
        return length;
    }

    /** Appends the texts of all elements but the first so many bytes. */
    public void shareWith(PiecedBody body, int omitted) {
        int from = omitted;
        for (Run<S> run : runs) {
            body.share(run.text, from);
            from = 0;
        }
    }

    /** Goes through the elements before and after at once, and cuts runs where they were cut before. */
    private final class Update {

        private final List<T> shown = new ArrayList<>(elements.size());
        private final List<Run<S>> shownRuns = new ArrayList<>(runs.size());
        /** Where the elements of the run that is not cut yet were before. */
        private final List<Run<S>> origins = new ArrayList<>(2 * RUN);

        private final int[] indexes = new int[2 * RUN];
        /** The element before that is expected next. */
        private int expected;

        private Run<S> old = none;
        private int oldCount;
        private int oldBegin;

        void add(T element) throws IOException {
            int at = find(element);
            boolean isNew = at < 0;
            boolean beginsRun = at >= oldBegin + old.size();
            if (origins.size() >= (isNew ? RUN : beginsRun ? RUN / 2 : 2 * RUN)) {
                cut();
            }
            if (!isNew) {
                expected = at + 1;
                while (at >= oldBegin + old.size()) {
                    oldBegin += old.size();
                    old = runs.get(oldCount++);
                }
            }
            indexes[origins.size()] = at - oldBegin;
            origins.add(isNew ? none : old);
            shown.add(element);
        }

        /** Negative for one that is new or has changed. */
        private int find(T element) {
            if (isReplacedBy(element)) {
                expected++;
                return -1;
            }
            int end = Math.min(elements.size(), expected + SEARCHED);
            for (int at = expected; at < end; at++) {
                if (kind.same.test(elements.get(at), element)) {
                    return at;
                }
            }
            return -1;
        }

        private boolean isReplacedBy(T element) {
            if (expected == elements.size()) {
                return false;
            }
            T before = elements.get(expected);
            return !kind.same.test(before, element) && kind.id.apply(before).equals(kind.id.apply(element));
        }

        void cut() throws IOException {
            if (!origins.isEmpty()) {
                shownRuns.add(isWhole() ? old : print());
                origins.clear();
            }
        }

        /** They come in their old order: as many of one run as there are in it are all of it. */
        @SuppressWarnings("ReferenceEquality")
        private boolean isWhole() {
            boolean whole = origins.size() == old.size();
            for (int i = 0; i < origins.size() && whole; i++) {
                whole = origins.get(i) == old;
            }
            return whole;
        }

        @SuppressWarnings("ReferenceEquality")
        private Run<S> print() throws IOException {
            List<T> neighbours = shown.subList(shown.size() - origins.size(), shown.size());
            int[] ends = new int[neighbours.size()];
            try (ByteArrayBuilder text = new ByteArrayBuilder()) {
                for (int i = 0; i < ends.length; i++) {
                    Run<S> origin = origins.get(i);
                    if (origin == none) {
                        kind.printer.print(neighbours.get(i), text);
                    } else {
                        origin.copy(indexes[i], text);
                    }
                    ends[i] = text.size();
                }
                return new Run<>(text.toByteArray(), ends, kind.sum.apply(neighbours));
            }
        }
    }
}
