package io.stoa.proto.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Message;
import io.stoa.proto.json.MesosJsonException.Step;
import io.stoa.proto.json.MessageTable.Field;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads one message from a parser, with Mesos' tolerance: unknown fields and enum values, nulls, quoted numbers. */
final class MessageReader {

    private final JsonParser in;

    MessageReader(JsonParser in) {
        this.in = in;
    }

    /** Reads the object that the parser has just entered. */
    void readInto(Message.Builder builder) throws IOException, MesosJsonException {
        MessageTable table = MessageTable.of(builder.getDescriptorForType());
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            Field field = table.field(in.currentName());
            JsonToken token = in.nextToken();
            if (field == null) {
                in.skipChildren();
            } else {
                // Of fields of the same name the last one counts, as a whole.
                builder.clearField(field.descriptor);
                read(builder, field, token);
            }
        }
    }

    private void read(Message.Builder builder, Field field, JsonToken token) throws IOException, MesosJsonException {
        if (token == JsonToken.VALUE_NULL) {
            return;
        }
        if (token == JsonToken.START_ARRAY) {
            readArray(builder, field);
        } else if (token == JsonToken.START_OBJECT && field.map) {
            readMap(builder, field);
        } else {
            add(builder, field, value(builder, field, token));
        }
    }

    private void readArray(Message.Builder builder, Field field) throws IOException, MesosJsonException {
        if (!field.repeated) {
            throw unexpected("array", field);
        }
        JsonToken token = in.nextToken();
        while (token != JsonToken.END_ARRAY) {
            read(builder, field, token);
            token = in.nextToken();
        }
    }

    private void readMap(Message.Builder builder, Field field) throws IOException, MesosJsonException {
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            Message.Builder entry = builder.newBuilderForField(field.descriptor);
            Field[] keyAndValue = MessageTable.of(entry.getDescriptorForType()).fields(false);
            add(entry, keyAndValue[0], ofString(keyAndValue[0], in.currentName()));
            read(entry, keyAndValue[1], in.nextToken());
            builder.addRepeatedField(field.descriptor, entry.buildPartial());
        }
    }

    private static void add(Message.Builder builder, Field field, @Nullable Object value) {
        if (value == null) {
            return;
        }
        if (field.repeated) {
            builder.addRepeatedField(field.descriptor, value);
        } else {
            builder.setField(field.descriptor, value);
        }
    }

    /** The value in the form that protobuf's reflection wants, null for what counts as not set. */
    private @Nullable Object value(Message.Builder parent, Field field, JsonToken token)
            throws IOException, MesosJsonException {
        return switch (token) {
            case START_OBJECT -> message(parent, field);
            case VALUE_STRING -> ofString(field, in.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Numbers.ofToken(field, in);
            case VALUE_TRUE, VALUE_FALSE -> ofBoolean(field, token == JsonToken.VALUE_TRUE);
            default -> throw new IllegalStateException("token: " + token + " (expected: the start of a value)");
        };
    }

    private Object message(Message.Builder parent, Field field) throws IOException, MesosJsonException {
        return switch (field.type) {
            case MESSAGE, GROUP -> {
                Message.Builder child = parent.newBuilderForField(field.descriptor);
                readInto(child);
                yield child.buildPartial();
            }
            default -> throw unexpected("object", field);
        };
    }

    private static @Nullable Object ofString(Field field, String text) throws IOException, MesosJsonException {
        return switch (field.type) {
            case STRING -> wellFormed(text);
            case BYTES -> bytes(field, text);
            case ENUM -> enumValue(field, text);
            case MESSAGE, GROUP -> throw unexpected("string", field);
            default -> Numbers.ofQuoted(field, text);
        };
    }

    /** A surrogate alone has no UTF-8: what was journalled would not be what was said. Mesos' parser refuses it. */
    private static String wellFormed(String text) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                    throw new IOException("a surrogate alone at character " + i);
                }
                i++;
            }
        }
        return text;
    }

    private static Object bytes(Field field, String text) throws MesosJsonException {
        try {
            return LenientBase64.decode(text);
        } catch (IllegalArgumentException e) {
            throw refused("Failed to base64 decode bytes field '" + field.name + "': " + e.getMessage());
        }
    }

    private static @Nullable EnumValueDescriptor enumValue(Field field, String text) throws MesosJsonException {
        EnumValueDescriptor value = field.enumValue(text);
        if (value == null && field.descriptor.isRequired()) {
            throw refused("Failed to find enum for '" + text + "'");
        }
        return value;
    }

    static Object ofBoolean(Field field, boolean value) throws MesosJsonException {
        return switch (field.type) {
            case BOOL -> value;
            default -> throw unexpected("boolean", field);
        };
    }

    static MesosJsonException unexpected(String kind, Field field) {
        return refused("Not expecting a JSON " + kind + " for field '" + field.name + "'");
    }

    static MesosJsonException refused(String message) {
        return new MesosJsonException(Step.CONVERT, message);
    }
}
