package io.stoa.proto.json;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Message;
import io.stoa.proto.json.MessageTable.Field;
import java.io.IOException;
import java.util.List;

/** Writes one message to a generator. */
final class MessagePrinter {

    private final JsonGenerator out;
    private final boolean sorted;

    MessagePrinter(JsonGenerator out, boolean sorted) {
        this.out = out;
        this.sorted = sorted;
    }

    void print(Message message) throws IOException {
        out.writeStartObject();
        printFields(message);
        out.writeEndObject();
    }

    void printFields(Message message) throws IOException {
        for (Field field : MessageTable.of(message.getDescriptorForType()).fields(sorted)) {
            if (field.repeated) {
                if (message.getRepeatedFieldCount(field.descriptor) > 0) {
                    out.writeFieldName(field.name);
                    repeated(field, message);
                }
            } else if (field.printedWhenUnset || message.hasField(field.descriptor)) {
                out.writeFieldName(field.name);
                value(field, message.getField(field.descriptor));
            } else if (!field.newerNames.isEmpty()) {
                newer(field, message);
            }
        }
    }

    /** A value that the bindings do not know is kept among the unknown fields. */
    private void newer(Field field, Message message) throws IOException {
        for (long number : message.getUnknownFields()
                .getField(field.descriptor.getNumber())
                .getVarintList()) {
            String name = field.newerNames.get((int) number);
            if (name != null) {
                out.writeFieldName(field.name);
                out.writeString(name);
                return;
            }
        }
    }

    private void repeated(Field field, Message message) throws IOException {
        List<?> values = (List<?>) message.getField(field.descriptor);
        if (field.map) {
            map(values);
            return;
        }
        out.writeStartArray();
        for (Object value : values) {
            value(field, value);
        }
        out.writeEndArray();
    }

    private void map(List<?> entries) throws IOException {
        out.writeStartObject();
        for (Object each : entries) {
            Message entry = (Message) each;
            Field[] keyAndValue = MessageTable.of(entry.getDescriptorForType()).fields(false);
            out.writeFieldName(String.valueOf(entry.getField(keyAndValue[0].descriptor)));
            value(keyAndValue[1], entry.getField(keyAndValue[1].descriptor));
        }
        out.writeEndObject();
    }

    private void value(Field field, Object value) throws IOException {
        switch (field.type) {
            case MESSAGE, GROUP -> print((Message) value);
            case STRING -> out.writeString((String) value);
            case BYTES -> bytes((ByteString) value);
            case ENUM -> out.writeString(((EnumValueDescriptor) value).getName());
            case BOOL -> out.writeBoolean((Boolean) value);
            case DOUBLE -> out.writeNumber(Decimals.toJson((Double) value));
            // Widened as in Mesos, which knows doubles only: 0.1f is 0.10000000149011612.
            case FLOAT -> out.writeNumber(Decimals.toJson((Float) value));
            case INT32, SINT32, SFIXED32 -> out.writeNumber((Integer) value);
            case UINT32, FIXED32 -> out.writeNumber(Integer.toUnsignedLong((Integer) value));
            case INT64, SINT64, SFIXED64 -> out.writeNumber((Long) value);
            case UINT64, FIXED64 -> out.writeNumber(Long.toUnsignedString((Long) value));
        }
    }

    private void bytes(ByteString value) throws IOException {
        byte[] bytes = value.toByteArray();
        out.writeBinary(Base64Variants.MIME_NO_LINEFEEDS, bytes, 0, bytes.length);
    }
}
