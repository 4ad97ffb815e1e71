package io.stoa.rpc.cluster;

import com.google.protobuf.CodedOutputStream;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.stoa.proto.v1.Changes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * A message {@code Changes} to one watcher: its versions, and parts of the log as they lie there.
 *
 * @param since the version before
 * @param version the version after
 */
record EncodedChanges(long since, long version, List<LoggedChanges.Slice> slices) {

    /** Writes them as if they were of the generated class. Nobody here reads them. */
    static final MethodDescriptor.Marshaller<EncodedChanges> MARSHALLER = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(EncodedChanges changes) {
            return new Stream(changes);
        }

        @Override
        public EncodedChanges parse(InputStream stream) {
            throw new UnsupportedOperationException("changes are only sent");
        }
    };

    EncodedChanges {
        slices = List.copyOf(slices);
    }

    private byte[] head() {
        byte[] head = new byte
                [CodedOutputStream.computeInt64Size(Changes.SINCE_FIELD_NUMBER, since)
                        + CodedOutputStream.computeInt64Size(Changes.VERSION_FIELD_NUMBER, version)];
        CodedOutputStream out = CodedOutputStream.newInstance(head);
        try {
            out.writeInt64(Changes.SINCE_FIELD_NUMBER, since);
            out.writeInt64(Changes.VERSION_FIELD_NUMBER, version);
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException("writing into memory", e);
        }
        return head;
    }

    /** What gRPC writes from: at once, as a rule, without a copy in between. */
    private static final class Stream extends InputStream implements Drainable, KnownLength {

        private final List<LoggedChanges.Slice> slices;
        private InputStream current;
        private int nextSlice;
        private int available;

        Stream(EncodedChanges changes) {
            slices = changes.slices;
            byte[] head = changes.head();
            current = new ByteArrayInputStream(head);
            available = head.length
                    + slices.stream().mapToInt(LoggedChanges.Slice::size).sum();
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int drained = available;
            long copied = current.transferTo(target);
            for (; nextSlice < slices.size(); nextSlice++) {
                LoggedChanges.Slice slice = slices.get(nextSlice);
                target.write(slice.entry().bytes(), slice.from(), slice.size());
                copied += slice.size();
            }
            if (copied != drained) {
                throw new IllegalStateException("drained: " + copied + " bytes (expected: " + drained + ")");
            }
            available = 0;
            return drained;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (length == 0) {
                return 0;
            }
            while (available > 0) {
                int count = readCurrent(target, offset, length);
                if (count > 0) {
                    available -= count;
                    return count;
                }
                current = next();
            }
            return -1;
        }

        private int readCurrent(byte[] target, int offset, int length) {
            try {
                return current.read(target, offset, length);
            } catch (IOException e) {
                throw new UncheckedIOException("reading from memory", e);
            }
        }

        private InputStream next() {
            if (nextSlice == slices.size()) {
                throw new NoSuchElementException("bytes left: " + available + " (expected: 0)");
            }
            LoggedChanges.Slice slice = slices.get(nextSlice++);
            return new ByteArrayInputStream(slice.entry().bytes(), slice.from(), slice.size());
        }

        @Override
        public int available() {
            return available;
        }
    }
}
