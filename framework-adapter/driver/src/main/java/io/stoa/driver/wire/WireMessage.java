package io.stoa.driver.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The fields of one level of a message. Immutable.
 *
 * <p>A field that is absent, or has another wire type than the one asked for, gives the value given for that case, as a
 * parser of generated code leaves such a field among the unknown ones. Of a field that occurs several times the last
 * value counts, as protobuf wants it.
 *
 * <p>What it takes in memory is the bytes themselves and twelve bytes a field, whatever the fields hold: a message of
 * many tiny fields takes at most seven times its size. Groups, which Mesos has none of, are refused, so that there is
 * no recursion.
 */
public final class WireMessage {

    private static final WireMessage EMPTY = new WireMessage(new byte[0], 0, 0, new int[0], new long[0], 0);
    private static final int FEW_FIELDS = 8;

    private static final byte[] NO_BYTES = {};

    /** Of the outermost message that was parsed; this one begins and ends within. */
    private final byte[] bytes;

    private final int begin;
    private final int end;
    private final int[] tags;
    /** Of a varint or a fixed number its value; of a length-delimited field its offset (upper half) and length. */
    private final long[] values;

    private final int fields;

    private WireMessage(byte[] bytes, int begin, int end, int[] tags, long[] values, int fields) {
        this.bytes = bytes;
        this.begin = begin;
        this.end = end;
        this.tags = tags;
        this.values = values;
        this.fields = fields;
    }

    /** Splits a message into its fields. The bytes are not copied and must not change any more. */
    public static WireMessage parse(byte[] bytes) throws MalformedMessageException {
        return parse(bytes, 0, bytes.length);
    }

    private static WireMessage parse(byte[] bytes, int begin, int end) throws MalformedMessageException {
        CodedInputStream input = CodedInputStream.newInstance(bytes, begin, end - begin);
        int[] tags = new int[FEW_FIELDS];
        long[] values = new long[FEW_FIELDS];
        int fields = 0;
        try {
            for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
                if (fields == tags.length) {
                    tags = Arrays.copyOf(tags, 2 * fields);
                    values = Arrays.copyOf(values, 2 * fields);
                }
                tags[fields] = tag;
                values[fields] = value(input, tag, begin);
                fields++;
            }
        } catch (IOException e) {
            throw new MalformedMessageException(
                    "A message of " + (end - begin) + " bytes ends or breaks in field " + (fields + 1) + ": "
                            + e.getMessage(),
                    e);
        }
        return new WireMessage(bytes, begin, end, tags, values, fields);
    }

    private static long value(CodedInputStream input, int tag, int begin) throws IOException {
        switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_VARINT:
                return input.readRawVarint64();
            case WireFormat.WIRETYPE_FIXED64:
                return input.readRawLittleEndian64();
            case WireFormat.WIRETYPE_FIXED32:
                return input.readRawLittleEndian32();
            case WireFormat.WIRETYPE_LENGTH_DELIMITED:
                int length = input.readRawVarint32();
                long offset = (long) begin + input.getTotalBytesRead();
                input.skipRawBytes(length);
                return offset << Integer.SIZE | length;
            default:
                throw new MalformedMessageException("wire type " + WireFormat.getTagWireType(tag)
                        + " of field number " + WireFormat.getTagFieldNumber(tag)
                        + " (expected: varint, fixed or length-delimited)");
        }
    }

    /** A message without any field. */
    public static WireMessage empty() {
        return EMPTY;
    }

    /** Whether the field occurs, with whatever type. */
    public boolean has(int number) {
        for (int i = 0; i < fields; i++) {
            if (WireFormat.getTagFieldNumber(tags[i]) == number) {
                return true;
            }
        }
        return false;
    }

    /** An int32, uint32 or enum. */
    public int integer(int number, int otherwise) {
        return (int) number(number, otherwise);
    }

    /** An int64 or uint64. */
    public long number(int number, long otherwise) {
        int index = last(number, WireFormat.WIRETYPE_VARINT);
        return index < 0 ? otherwise : values[index];
    }

    /** A double. */
    public double decimal(int number, double otherwise) {
        int index = last(number, WireFormat.WIRETYPE_FIXED64);
        return index < 0 ? otherwise : Double.longBitsToDouble(values[index]);
    }

    /** A bool. */
    public boolean flag(int number, boolean otherwise) {
        return number(number, otherwise ? 1 : 0) != 0;
    }

    /** A string. */
    public String text(int number, String otherwise) {
        int index = last(number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        return index < 0 ? otherwise : text(index);
    }

    /** A bytes field; empty when it is absent. */
    public byte[] bytes(int number) {
        int index = last(number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        return index < 0 ? NO_BYTES : copy(index);
    }

    /** A message within this one; empty when it is absent, merged when it occurs several times. */
    public WireMessage message(int number) throws MalformedMessageException {
        int index = last(number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        if (index < 0) {
            return EMPTY;
        }
        if (index == first(number, WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
            return parse(bytes, offset(index), offset(index) + length(index));
        }
        // To parse one message after the other is to merge them.
        return parse(concatenated(all(number)));
    }

    /** Each value of a repeated message, string or bytes field, in order. */
    public List<byte[]> all(int number) {
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < fields; i++) {
            if (tags[i] == tag(number, WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
                all.add(copy(i));
            }
        }
        return all;
    }

    /** Each value of a repeated message, in order. */
    public List<WireMessage> messages(int number) throws MalformedMessageException {
        List<WireMessage> messages = new ArrayList<>();
        for (byte[] each : all(number)) {
            messages.add(parse(each));
        }
        return messages;
    }

    /** Each value of a repeated string, in order. */
    public List<String> texts(int number) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < fields; i++) {
            if (tags[i] == tag(number, WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
                texts.add(text(i));
            }
        }
        return texts;
    }

    /** Each value of a repeated int32 or enum, in order, packed or not. */
    public int[] integers(int number) throws MalformedMessageException {
        List<Integer> integers = new ArrayList<>();
        for (int i = 0; i < fields; i++) {
            if (tags[i] == tag(number, WireFormat.WIRETYPE_VARINT)) {
                integers.add((int) values[i]);
            } else if (tags[i] == tag(number, WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
                addPacked(integers, CodedInputStream.newInstance(bytes, offset(i), length(i)));
            }
        }
        return integers.stream().mapToInt(Integer::intValue).toArray();
    }

    private static void addPacked(List<Integer> integers, CodedInputStream input) throws MalformedMessageException {
        try {
            while (!input.isAtEnd()) {
                integers.add(input.readInt32());
            }
        } catch (IOException e) {
            throw new MalformedMessageException("A packed field breaks in value " + (integers.size() + 1), e);
        }
    }

    /** The message's bytes, a copy. */
    public byte[] toByteArray() {
        return Arrays.copyOfRange(bytes, begin, end);
    }

    int fields() {
        return fields;
    }

    int tag(int index) {
        return tags[index];
    }

    long value(int index) {
        return values[index];
    }

    /** Of a length-delimited field. */
    byte[] copy(int index) {
        return Arrays.copyOfRange(bytes, offset(index), offset(index) + length(index));
    }

    private int first(int number, int wireType) {
        for (int i = 0; i < fields; i++) {
            if (tags[i] == tag(number, wireType)) {
                return i;
            }
        }
        return -1;
    }

    private int last(int number, int wireType) {
        for (int i = fields - 1; i >= 0; i--) {
            if (tags[i] == tag(number, wireType)) {
                return i;
            }
        }
        return -1;
    }

    private String text(int index) {
        return new String(bytes, offset(index), length(index), StandardCharsets.UTF_8);
    }

    private int offset(int index) {
        return (int) (values[index] >>> Integer.SIZE);
    }

    private int length(int index) {
        return (int) values[index];
    }

    private static int tag(int number, int wireType) {
        return number << 3 | wireType;
    }

    private static byte[] concatenated(List<byte[]> parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] whole = new byte[length];
        int end = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, end, part.length);
            end += part.length;
        }
        return whole;
    }
}
