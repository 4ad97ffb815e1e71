package io.stoa.proto.recordio;

import java.nio.charset.StandardCharsets;

/** Frames records. */
public final class RecordIo {

    private RecordIo() {}

    /** What stands before a record of that many bytes. */
    public static byte[] header(int length) {
        return (length + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** The record with its header. */
    public static byte[] frame(byte[] record) {
        byte[] header = header(record.length);
        byte[] framed = new byte[header.length + record.length];
        System.arraycopy(header, 0, framed, 0, header.length);
        System.arraycopy(record, 0, framed, header.length, record.length);
        return framed;
    }
}
