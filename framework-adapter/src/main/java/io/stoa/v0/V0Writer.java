package io.stoa.v0;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.Message;
import io.stoa.proto.json.MesosJson;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.Attribute;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;

/** Mesos' v0 JSON of values that {@code /state} has everywhere. */
public final class V0Writer {

    private final JsonGenerator out;

    public V0Writer(JsonGenerator out) {
        this.out = out;
    }

    public void number(String name, double value) throws IOException {
        out.writeFieldName(name);
        MesosJson.writeDouble(value, out);
    }

    /** @param ms since the epoch; Mesos prints seconds */
    public void time(String name, long ms) throws IOException {
        number(name, ms / 1000.0);
    }

    public void resources(String name, Iterable<Resource> resources) throws IOException {
        ResourceSums.of(resources).write(name, out);
    }

    /** An object with what is reserved for each role. */
    public void reserved(String name, List<Resource> resources) throws IOException {
        out.writeObjectFieldStart(name);
        for (Map.Entry<String, List<Resource>> role : byRole(resources).entrySet()) {
            resources(role.getKey(), role.getValue());
        }
        out.writeEndObject();
    }

    public void unreserved(String name, List<Resource> resources) throws IOException {
        resources(name, unreserved(resources));
    }

    /** As {@link #reserved}, but with every resource as a whole. */
    public void reservedInFull(String name, List<Resource> resources) throws IOException {
        out.writeObjectFieldStart(name);
        for (Map.Entry<String, List<Resource>> role : byRole(resources).entrySet()) {
            messages(role.getKey(), role.getValue());
        }
        out.writeEndObject();
    }

    public void unreservedInFull(String name, List<Resource> resources) throws IOException {
        messages(name, unreserved(resources));
    }

    private static Map<String, List<Resource>> byRole(List<Resource> resources) {
        return resources.stream()
                .filter(resource -> resource.getReservationsCount() > 0)
                .collect(Collectors.groupingBy(
                        resource -> resource.getReservations(resource.getReservationsCount() - 1)
                                .getRole(),
                        TreeMap::new,
                        Collectors.toList()));
    }

    private static List<Resource> unreserved(List<Resource> resources) {
        return resources.stream()
                .filter(resource -> resource.getReservationsCount() == 0)
                .toList();
    }

    /** An array of messages in Mesos' JSON. */
    public void messages(String name, List<? extends Message> messages) throws IOException {
        out.writeArrayFieldStart(name);
        for (Message message : messages) {
            MesosJson.write(message, out);
        }
        out.writeEndArray();
    }

    public void attributes(List<Attribute> attributes) throws IOException {
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

    public void labels(List<Label> labels) throws IOException {
        messages("labels", labels);
    }

    private static String text(Value.Ranges ranges) {
        return ranges.getRangeList().stream()
                .map(range -> range.getBegin() + "-" + range.getEnd())
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
