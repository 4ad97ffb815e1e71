package io.stoa.proto.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.google.protobuf.Message;
import io.stoa.proto.json.MesosJsonException.Step;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns messages into Mesos' JSON and back.
 *
 * <p>Printed: fields in the order of the {@code .proto} file; 64-bit integers as numbers; bytes as base64; enums by
 * name; unset fields only where they have an explicit default and are not deprecated. Accepted: unknown fields and
 * unknown enum values count as not set, so does null; numbers and booleans may be quoted; a single value stands for an
 * array of one.
 */
public final class MesosJson {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .enable(JsonReadFeature.ALLOW_LEADING_ZEROS_FOR_NUMBERS)
            .enable(JsonReadFeature.ALLOW_TRAILING_DECIMAL_POINT_FOR_NUMBERS)
            // Bodies are limited where they arrive; what is inside may be as long as the body.
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(JsonSyntax.MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private MesosJson() {}

    /** The message as Mesos' HTTP APIs print it, in UTF-8. */
    public static byte[] print(Message message) {
        return print(message, false);
    }

    /** The message with its fields sorted by name, as Mesos writes it to ZooKeeper, in UTF-8. */
    public static byte[] printSorted(Message message) {
        return print(message, true);
    }

    private static byte[] print(Message message, boolean sorted) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder(FACTORY._getBufferRecycler())) {
            try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
                new MessagePrinter(out, sorted).print(message);
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("printing into memory", e);
        }
    }

    /** Writes the message as the next value of a larger JSON text. */
    public static void write(Message message, JsonGenerator out) throws IOException {
        new MessagePrinter(out, false).print(message);
    }

    /** As {@link #write}, with the fields of the message sorted by name. */
    public static void writeSorted(Message message, JsonGenerator out) throws IOException {
        new MessagePrinter(out, true).print(message);
    }

    /** Writes the message's fields into the object that is begun in a larger JSON text. */
    public static void writeFields(Message message, JsonGenerator out) throws IOException {
        new MessagePrinter(out, false).printFields(message);
    }

    /** Writes a double as the next value of a larger JSON text, in Mesos' notation. */
    public static void writeDouble(double value, JsonGenerator out) throws IOException {
        out.writeNumber(Decimals.toJson(value));
    }

    /** A generator for JSON that is not a message's; closing it does not close {@code out}. */
    public static JsonGenerator generator(OutputStream out) throws IOException {
        return FACTORY.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    }

    /**
     * Reads a message from UTF-8 text.
     *
     * @param builder of the message; what it holds already is kept where the text does not say otherwise
     * @throws MesosJsonException where Mesos would refuse it, required fields that are missing included
     */
    public static <B extends Message.Builder> B parse(byte[] json, B builder) throws MesosJsonException {
        return parse(json, 0, json.length, builder);
    }

    /** As {@link #parse(byte[], Message.Builder)}, for a part of an array. */
    public static <B extends Message.Builder> B parse(byte[] json, int offset, int length, B builder)
            throws MesosJsonException {
        try (JsonParser in = parser(json, offset, length)) {
            JsonToken first = firstToken(in, json, offset, length);
            try {
                if (first != JsonToken.START_OBJECT) {
                    throw MessageReader.refused("Expecting a JSON object");
                }
                readWhole(in, builder);
            } catch (MesosJsonException refused) {
                // Mesos parses the whole text before it converts any of it: a syntax error further on comes first.
                finish(in, json, offset, length);
                throw refused;
            }
            finish(in, json, offset, length);
            return builder;
        } catch (IOException e) {
            throw syntaxError(json, offset, length);
        }
    }

    /**
     * Reads an array of messages from UTF-8 text.
     *
     * @param prototype any instance of the type
     */
    public static <M extends Message> List<M> parseArray(byte[] json, M prototype) throws MesosJsonException {
        try (JsonParser in = parser(json, 0, json.length)) {
            JsonToken first = firstToken(in, json, 0, json.length);
            List<M> messages = new ArrayList<>();
            try {
                if (first != JsonToken.START_ARRAY) {
                    throw MessageReader.refused("Expecting a JSON array");
                }
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    messages.add(readElement(in, prototype));
                }
            } catch (MesosJsonException refused) {
                finish(in, json, 0, json.length);
                throw refused;
            }
            finish(in, json, 0, json.length);
            return messages;
        } catch (IOException e) {
            throw syntaxError(json, 0, json.length);
        }
    }

    @SuppressWarnings("unchecked") // A builder builds the type of its prototype.
    private static <M extends Message> M readElement(JsonParser in, M prototype)
            throws IOException, MesosJsonException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw MessageReader.refused("Expecting a JSON object");
        }
        Message.Builder builder = prototype.newBuilderForType();
        readWhole(in, builder);
        return (M) builder.build();
    }

    private static void readWhole(JsonParser in, Message.Builder builder) throws IOException, MesosJsonException {
        new MessageReader(in).readInto(builder);
        if (!builder.isInitialized()) {
            throw MessageReader.refused(
                    "Missing required fields: " + String.join(", ", builder.findInitializationErrors()));
        }
    }

    static JsonParser parser(byte[] json, int offset, int length) throws IOException {
        return FACTORY.createParser(json, offset, length);
    }

    static JsonToken firstToken(JsonParser in, byte[] json, int offset, int length) throws MesosJsonException {
        try {
            JsonToken first = in.nextToken();
            if (first != null) {
                return first;
            }
        } catch (IOException e) {
            // Said below, in Mesos' words.
        }
        throw syntaxError(json, offset, length);
    }

    /** Reads the top-level value to its end and makes sure that nothing follows it. */
    static void finish(JsonParser in, byte[] json, int offset, int length) throws IOException, MesosJsonException {
        while (!in.getParsingContext().inRoot()) {
            if (in.nextToken() == null) {
                throw syntaxError(json, offset, length);
            }
        }
        in.finishToken();
        int start = offset + (int) in.currentLocation().getByteOffset();
        int end = offset + length;
        while (end > start && isWhitespace(json[end - 1])) {
            end--;
        }
        if (end > start) {
            throw new MesosJsonException(
                    Step.PARSE,
                    "Parsed JSON included non-whitespace trailing characters: "
                            + new String(json, start, end - start, StandardCharsets.UTF_8));
        }
    }

    private static MesosJsonException syntaxError(byte[] json, int offset, int length) {
        return new MesosJsonException(Step.PARSE, JsonSyntax.describeError(json, offset, length));
    }

    private static boolean isWhitespace(byte c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }
}
