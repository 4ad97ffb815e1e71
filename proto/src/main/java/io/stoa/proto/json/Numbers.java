package io.stoa.proto.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.stoa.proto.json.MessageTable.Field;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Numbers of JSON as values of fields: out of range they wrap or saturate, fractions are cut, nothing is refused. */
final class Numbers {

    private static final double TWO_TO_63 = 0x1p63;

    private Numbers() {}

    /** The number that the parser stands on. */
    static Object ofToken(Field field, JsonParser in) throws IOException, MesosJsonException {
        return switch (field.type) {
            case DOUBLE -> in.getDoubleValue();
            case FLOAT -> (float) in.getDoubleValue();
            case INT64, SINT64, SFIXED64 -> isLong(in) ? in.getLongValue() : (long) in.getDoubleValue();
            case UINT64, FIXED64 -> isLong(in) ? in.getLongValue() : toUnsigned(in.getDoubleValue());
            case INT32, SINT32, SFIXED32 -> isLong(in) ? (int) in.getLongValue() : (int) in.getDoubleValue();
            case UINT32, FIXED32 -> isLong(in) ? (int) in.getLongValue() : (int) (long) in.getDoubleValue();
            default -> throw MessageReader.unexpected("number", field);
        };
    }

    /** A number or a boolean that came in quotes. */
    static Object ofQuoted(Field field, String text) throws IOException, MesosJsonException {
        boolean fraction = field.type == FieldDescriptor.Type.DOUBLE || field.type == FieldDescriptor.Type.FLOAT;
        if (fraction && (text.equals("Infinity") || text.equals("-Infinity"))) {
            double infinity = text.charAt(0) == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
            return field.type == FieldDescriptor.Type.DOUBLE ? (Object) infinity : (Object) (float) infinity;
        }
        byte[] json = text.getBytes(StandardCharsets.UTF_8);
        String kind = field.type == FieldDescriptor.Type.BOOL ? "boolean" : "number";
        try (JsonParser in = MesosJson.parser(json, 0, json.length)) {
            JsonToken token = MesosJson.firstToken(in, json, 0, json.length);
            if (field.type == FieldDescriptor.Type.BOOL ? !token.isBoolean() : !token.isNumeric()) {
                MesosJson.finish(in, json, 0, json.length);
                throw new MesosJsonException(MesosJsonException.Step.PARSE, "Unexpected JSON type parsed");
            }
            Object value = token.isBoolean()
                    ? MessageReader.ofBoolean(field, token == JsonToken.VALUE_TRUE)
                    : ofToken(field, in);
            MesosJson.finish(in, json, 0, json.length);
            return value;
        } catch (MesosJsonException e) {
            throw MessageReader.refused("Failed to parse '" + text + "' as a JSON " + kind + " for field '" + field.name
                    + "': " + e.getMessage());
        }
    }

    private static boolean isLong(JsonParser in) throws IOException {
        return in.currentToken() == JsonToken.VALUE_NUMBER_INT && in.getNumberType() != NumberType.BIG_INTEGER;
    }

    private static long toUnsigned(double value) {
        return value < TWO_TO_63 ? (long) value : (long) (value - TWO_TO_63) ^ Long.MIN_VALUE;
    }
}
