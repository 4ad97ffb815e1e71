package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.proto.json.MesosJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    /** One object for all of them: amounts of the same name are added up, ports are text. */
    void resources(String name, List<Resource> resources) throws IOException {
        Map<String, Long> scalarsMilli = new LinkedHashMap<>();
        for (String always : List.of("disk", "mem", "gpus", "cpus")) {
            scalarsMilli.put(always, 0L);
        }
        Map<String, List<String>> others = new LinkedHashMap<>();
        for (Resource resource : resources) {
            String key = resource.hasRevocable() ? resource.getName() + "_revocable" : resource.getName();
            switch (resource.getType()) {
                case SCALAR ->
                    scalarsMilli.merge(key, Math.round(resource.getScalar().getValue() * 1000), Long::sum);
                case RANGES ->
                    others.computeIfAbsent(key, any -> new ArrayList<>()).addAll(ranges(resource.getRanges()));
                default ->
                    others.computeIfAbsent(key, any -> new ArrayList<>())
                            .addAll(resource.getSet().getItemList());
            }
        }
        out.writeObjectFieldStart(name);
        for (Map.Entry<String, Long> scalar : scalarsMilli.entrySet()) {
            number(scalar.getKey(), scalar.getValue() / 1000.0);
        }
        for (Map.Entry<String, List<String>> other : others.entrySet()) {
            out.writeStringField(other.getKey(), "[" + String.join(", ", other.getValue()) + "]");
        }
        out.writeEndObject();
    }

    void attributes(List<Attribute> attributes) throws IOException {
        out.writeObjectFieldStart("attributes");
        for (Attribute attribute : attributes) {
            if (attribute.getType() == Value.Type.SCALAR) {
                number(attribute.getName(), attribute.getScalar().getValue());
            } else if (attribute.getType() == Value.Type.RANGES) {
                out.writeStringField(attribute.getName(), "[" + String.join(", ", ranges(attribute.getRanges())) + "]");
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

    private static List<String> ranges(Value.Ranges ranges) {
        return ranges.getRangeList().stream()
                .map(range -> range.getBegin() + "-" + range.getEnd())
                .toList();
    }
}
