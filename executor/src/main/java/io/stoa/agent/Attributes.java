package io.stoa.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.mesos.v1.Protos.Attribute;
import org.apache.mesos.v1.Protos.Value;

/** Mesos' text form of attributes: {@code rack:r1;zone:[1-2];x:1.5}. A value is ranges, a number or text. */
final class Attributes {

    private static final Pattern RANGES =
            Pattern.compile("\\[\\s*(\\d+\\s*-\\s*\\d+\\s*(,\\s*\\d+\\s*-\\s*\\d+\\s*)*)?\\]");
    private static final Pattern RANGE = Pattern.compile("(\\d+)\\s*-\\s*(\\d+)");
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");
    private static final Pattern TEXT = Pattern.compile("[a-zA-Z0-9_/.-][a-zA-Z0-9_/.: -]*");

    private Attributes() {}

    /** @throws IllegalArgumentException where the text is malformed */
    static List<Attribute> parse(String text) {
        List<Attribute> attributes = new ArrayList<>();
        for (String pair : text.split("[;\n]", -1)) {
            if (!pair.isBlank()) {
                attributes.add(attribute(pair));
            }
        }
        return attributes;
    }

    private static Attribute attribute(String pair) {
        int colon = pair.indexOf(':');
        if (colon < 1 || colon == pair.length() - 1) {
            throw new IllegalArgumentException("Invalid attribute key:value pair '" + pair + "'");
        }
        Attribute.Builder attribute =
                Attribute.newBuilder().setName(pair.substring(0, colon).strip());
        String value = pair.substring(colon + 1).strip();
        if (RANGES.matcher(value).matches()) {
            return attribute.setType(Value.Type.RANGES).setRanges(ranges(value)).build();
        }
        if (NUMBER.matcher(value).matches()) {
            return attribute
                    .setType(Value.Type.SCALAR)
                    .setScalar(Value.Scalar.newBuilder().setValue(Double.parseDouble(value)))
                    .build();
        }
        if (TEXT.matcher(value).matches()) {
            return attribute
                    .setType(Value.Type.TEXT)
                    .setText(Value.Text.newBuilder().setValue(value))
                    .build();
        }
        throw new IllegalArgumentException(
                "Invalid attribute '" + pair + "' (expected: name:text, name:1.5 or name:[1-2,4-5])");
    }

    private static Value.Ranges ranges(String value) {
        Value.Ranges.Builder ranges = Value.Ranges.newBuilder();
        for (Matcher range = RANGE.matcher(value); range.find(); ) {
            ranges.addRange(Value.Range.newBuilder()
                    .setBegin(Long.parseLong(range.group(1)))
                    .setEnd(Long.parseLong(range.group(2))));
        }
        return ranges.build();
    }
}
