package io.stoa.proto.recordio;

/** A stream that is no RecordIO, or a record that is larger than allowed. Nothing after it can be read. */
public final class RecordIoException extends Exception {

    RecordIoException(String message) {
        super(message);
    }
}
