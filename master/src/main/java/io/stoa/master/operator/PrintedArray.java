package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.stoa.http.PiecedBody;
import io.stoa.proto.json.MesosJson;
import io.stoa.v0.ResourceSums;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.mesos.v1.Protos.Resource;

/**
 * The elements of a JSON array that is printed again and again while few of its elements change and the others keep
 * their order. Elements are printed and added up in short runs; of a run in which nothing changed only the references
 * are looked at, and its text is shared by all answers. For one thread at a time.
 */
final class PrintedArray<T> {

    /** Elements of a run; half to twice as many where some were inserted or removed. */
    private static final int RUN = 16;
    /** So many elements may disappear at one place before what follows is printed anew. */
    private static final int SEARCHED = 1024;

    /** How elements of one kind are told apart, printed and added up. */
    interface Kind<T> {

        /** Values that never change are the same only if they are one. */
        default boolean isSame(T one, T other) {
            return one == other;
        }

        /** What an element keeps when it changes. */
        Object id(T element);

        void write(T element, JsonGenerator out) throws IOException;

        List<Resource> resources(T element);
    }

    /** Neighbours. */
    private static final class Run {

        static final Run NONE = new Run(new byte[0], new int[0], new ResourceSums());

        /** Of all of them, each after a comma. */
        final byte[] json;
        /** Where each ends in the text. */
        final int[] ends;

        final ResourceSums sums;

        Run(byte[] json, int[] ends, ResourceSums sums) {
            this.json = json;
            this.ends = ends;
            this.sums = sums;
        }

        int size() {
            return ends.length;
        }

        void copy(int index, ByteArrayBuilder out) {
            int begin = index == 0 ? 0 : ends[index - 1];
            out.write(json, begin, ends[index] - begin);
        }
    }

    private final Kind<T> kind;
    private List<T> elements = List.of();
    private List<Run> runs = List.of();

    PrintedArray(Kind<T> kind) {
        this.kind = kind;
    }

    /** Holds these from now on. */
    void show(Iterable<T> others) throws IOException {
        Update update = new Update();
        for (T element : others) {
            update.add(element);
        }
        update.cut();
        elements = update.shown;
        runs = update.shownRuns;
    }

    /** The resources of all elements. */
    ResourceSums sums() {
        ResourceSums sums = new ResourceSums();
        runs.forEach(run -> sums.add(run.sums));
        return sums;
    }

    /** Appends the elements, with commas between them. */
    void shareWith(PiecedBody body) {
        int from = 1;
        for (Run run : runs) {
            body.share(run.json, from);
            from = 0;
        }
    }

    /** Goes through the elements before and after at once, and cuts runs where they were cut before. */
    private final class Update {

        private final List<T> shown = new ArrayList<>(elements.size());
        private final List<Run> shownRuns = new ArrayList<>(runs.size());
        /** Where the elements of the run that is not cut yet were before. */
        private final Run[] origins = new Run[2 * RUN];

        private final int[] indexes = new int[2 * RUN];
        private int size;
        /** The element before that is expected next. */
        private int expected;

        private Run old = Run.NONE;
        private int oldCount;
        private int oldBegin;

        void add(T element) throws IOException {
            int at = find(element);
            boolean isNew = at < 0;
            boolean beginsRun = at >= oldBegin + old.size();
            if (size >= (isNew ? RUN : beginsRun ? RUN / 2 : 2 * RUN)) {
                cut();
            }
            if (!isNew) {
                expected = at + 1;
                while (at >= oldBegin + old.size()) {
                    oldBegin += old.size();
                    old = runs.get(oldCount++);
                }
            }
            origins[size] = isNew ? Run.NONE : old;
            indexes[size] = at - oldBegin;
            size++;
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
                if (kind.isSame(elements.get(at), element)) {
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
            return !kind.isSame(before, element) && kind.id(before).equals(kind.id(element));
        }

        void cut() throws IOException {
            if (size > 0) {
                shownRuns.add(isWhole() ? old : print());
                size = 0;
            }
        }

        /** They come in their old order: as many of one run as there are in it are all of it. */
        private boolean isWhole() {
            boolean whole = size == old.size();
            for (int i = 0; i < size && whole; i++) {
                whole = origins[i] == old;
            }
            return whole;
        }

        private Run print() throws IOException {
            List<T> neighbours = shown.subList(shown.size() - size, shown.size());
            ResourceSums sums = new ResourceSums();
            int[] ends = new int[size];
            try (ByteArrayBuilder json = new ByteArrayBuilder()) {
                for (int i = 0; i < size; i++) {
                    T element = neighbours.get(i);
                    if (origins[i] == Run.NONE) {
                        print(element, json);
                    } else {
                        origins[i].copy(indexes[i], json);
                    }
                    ends[i] = json.size();
                    sums.add(kind.resources(element));
                }
                return new Run(json.toByteArray(), ends, sums);
            }
        }

        private void print(T element, ByteArrayBuilder json) throws IOException {
            json.write(',');
            try (JsonGenerator out = MesosJson.generator(json)) {
                kind.write(element, out);
            }
        }
    }
}
