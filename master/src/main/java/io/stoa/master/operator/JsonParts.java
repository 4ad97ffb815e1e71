package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.http.PiecedBody;
import io.stoa.proto.json.MesosJson;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A JSON text that shares with others what was printed before. */
final class JsonParts {

    private final PiecedBody body = new PiecedBody();
    private final JsonGenerator out;

    private JsonParts() throws IOException {
        out = MesosJson.generator(body);
    }

    interface Content {
        void writeTo(JsonParts parts) throws IOException;
    }

    interface Element<T> {
        void write(T value, JsonGenerator out) throws IOException;
    }

    /** Prints elements for {@link #array}, each after a comma. */
    static <T> PrintedArray.Printer<T> elements(Element<T> element) {
        return (value, bytes) -> {
            bytes.write(',');
            try (JsonGenerator out = MesosJson.generator(bytes)) {
                element.write(value, out);
            }
        };
    }

    /** A whole text. */
    static PiecedBody print(Content content) {
        try {
            JsonParts parts = new JsonParts();
            content.writeTo(parts);
            parts.out.close();
            return parts.body;
        } catch (IOException e) {
            throw new UncheckedIOException("printing into memory", e);
        }
    }

    JsonGenerator out() {
        return out;
    }

    /** @param printed by {@link #elements} */
    void array(String name, PrintedArray<?, ?> printed) throws IOException {
        out.writeFieldName(name);
        out.writeRawValue("[");
        out.flush();
        printed.shareWith(body, 1);
        out.writeRaw(']');
    }
}
