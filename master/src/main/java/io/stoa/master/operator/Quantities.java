package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.proto.json.MesosJson;
import io.stoa.state.resources.Resources;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** How much there is of each resource, in thousandths, whatever it is reserved for; a port counts as one. */
final class Quantities {

    private final SortedMap<String, Long> milli = new TreeMap<>();

    void add(Resources resources) {
        resources.forEachQuantity(this::add);
    }

    void add(Quantities others) {
        others.milli.forEach(this::add);
    }

    private void add(String name, long amount) {
        milli.merge(name, amount, Long::sum);
    }

    SortedMap<String, Long> milli() {
        return milli;
    }

    /** Writes one object of numbers. */
    void write(String field, JsonGenerator out) throws IOException {
        out.writeObjectFieldStart(field);
        for (Map.Entry<String, Long> each : milli.entrySet()) {
            out.writeFieldName(each.getKey());
            MesosJson.writeDouble(each.getValue() / 1000.0, out);
        }
        out.writeEndObject();
    }
}
