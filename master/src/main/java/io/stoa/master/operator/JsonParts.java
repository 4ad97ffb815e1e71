package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.stoa.http.PiecedBody;
import io.stoa.proto.json.MesosJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;

/** A JSON text of which some was printed before: an element of an array is printed once and shared by many texts. */
final class JsonParts {

    private final PiecedBody body = new PiecedBody();
    private final JsonGenerator out;

    private JsonParts() throws IOException {
        out = MesosJson.generator(body);
    }

    interface Content {
        void writeTo(JsonParts parts) throws IOException;
    }

    interface Element {
        void writeTo(JsonGenerator out) throws IOException;
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

    /** An element for {@link #array}; the comma that follows another one comes first. */
    static byte[] element(Element element) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder()) {
            bytes.write(',');
            try (JsonGenerator out = MesosJson.generator(bytes)) {
                element.writeTo(out);
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("printing into memory", e);
        }
    }

    JsonGenerator out() {
        return out;
    }

    void array(String name, Iterator<byte[]> elements) throws IOException {
        out.writeFieldName(name);
        out.writeRawValue("[");
        out.flush();
        for (int from = 1; elements.hasNext(); from = 0) {
            body.share(elements.next(), from);
        }
        out.writeRaw(']');
    }
}
