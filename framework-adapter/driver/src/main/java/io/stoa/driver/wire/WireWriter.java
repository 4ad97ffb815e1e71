package io.stoa.driver.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Writes a message field by field, in the order of the calls. One thread at a time. */
public final class WireWriter {

    private static final int BUFFER_BYTES = 256;

    private final ByteArrayOutputStream written = new ByteArrayOutputStream(BUFFER_BYTES);
    private final CodedOutputStream output = CodedOutputStream.newInstance(written, BUFFER_BYTES);

    /** An int32, int64, uint32, uint64 or enum. */
    public WireWriter integer(int number, long value) {
        return write(() -> output.writeInt64(number, value));
    }

    /** A bool. */
    public WireWriter flag(int number, boolean value) {
        return write(() -> output.writeBool(number, value));
    }

    /** A double. */
    public WireWriter decimal(int number, double value) {
        return write(() -> output.writeDouble(number, value));
    }

    /** A string. */
    public WireWriter text(int number, String value) {
        return bytes(number, value.getBytes(StandardCharsets.UTF_8));
    }

    /** A bytes field, or a message within this one as its bytes. */
    public WireWriter bytes(int number, byte[] value) {
        return write(() -> output.writeByteArray(number, value));
    }

    /** A message within this one. */
    public WireWriter message(int number, WireWriter value) {
        return bytes(number, value.toByteArray());
    }

    /** Every occurrence of a field of another message. */
    public WireWriter copy(WireMessage from, int number) {
        for (int i = 0; i < from.fields(); i++) {
            if (WireFormat.getTagFieldNumber(from.tag(i)) == number) {
                field(from, i);
            }
        }
        return this;
    }

    /** Every field of another message but those with the numbers. */
    public WireWriter allBut(WireMessage from, int... numbers) {
        for (int i = 0; i < from.fields(); i++) {
            if (!contains(numbers, WireFormat.getTagFieldNumber(from.tag(i)))) {
                field(from, i);
            }
        }
        return this;
    }

    /** Every field of a message given as bytes: as protobuf merges it into this one. */
    public WireWriter raw(byte[] message) {
        return write(() -> output.writeRawBytes(message));
    }

    /** What was written. */
    public byte[] toByteArray() {
        write(output::flush);
        return written.toByteArray();
    }

    private void field(WireMessage from, int index) {
        int tag = from.tag(index);
        write(() -> {
            output.writeUInt32NoTag(tag);
            switch (WireFormat.getTagWireType(tag)) {
                case WireFormat.WIRETYPE_VARINT:
                    output.writeUInt64NoTag(from.value(index));
                    break;
                case WireFormat.WIRETYPE_FIXED64:
                    output.writeFixed64NoTag(from.value(index));
                    break;
                case WireFormat.WIRETYPE_FIXED32:
                    output.writeFixed32NoTag((int) from.value(index));
                    break;
                default:
                    output.writeByteArrayNoTag(from.copy(index));
                    break;
            }
        });
    }

    private static boolean contains(int[] numbers, int wanted) {
        for (int number : numbers) {
            if (number == wanted) {
                return true;
            }
        }
        return false;
    }

    private WireWriter write(Output part) {
        try {
            part.write();
        } catch (IOException e) {
            // A stream into memory has no errors of its own.
            throw new UncheckedIOException(e);
        }
        return this;
    }

    @FunctionalInterface
    private interface Output {
        void write() throws IOException;
    }
}
