package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.proto.json.MesosJson;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.Attribute;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;

/** Mesos' v0 JSON of values that {@code /state} has everywhere. */
final class V0Writer {

    private final JsonGenerator out;

    V0Writer(JsonGenerator out) {
        this.out = out;
    }

    void number(String name, double value) throws IOException {
        out.writeFieldName(name);
        MesosJson.writeDouble(value, out);
    }

    /** @param ms since the epoch; Mesos prints seconds */
    void time(String name, long ms) throws IOException {
        number(name, ms / 1000.0);
    }

    void resources(String name, Iterable<Resource> resources) throws IOException {
        ResourceSums.of(resources).write(name, out);
    }

    void attributes(List<Attribute> attributes) throws IOException {
        out.writeObjectFieldStart("attributes");
        for (Attribute attribute : attributes) {
            if (attribute.getType() == Value.Type.SCALAR) {
                number(attribute.getName(), attribute.getScalar().getValue());
            } else if (attribute.getType() == Value.Type.RANGES) {
                out.writeStringField(attribute.getName(), text(attribute.getRanges()));
            } else {
                out.writeStringField(attribute.getName(), attribute.getText().getValue());
            }
        }
        out.writeEndObject();
    }

    void labels(List<Label> labels) throws IOException {
        out.writeArrayFieldStart("labels");
        for (Label label : labels) {
            MesosJson.write(label, out);
        }
        out.writeEndArray();
    }

    private static String text(Value.Ranges ranges) {
        return ranges.getRangeList().stream()
                .map(range -> range.getBegin() + "-" + range.getEnd())
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
