package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.stoa.http.PiecedBody;
import io.stoa.proto.json.MesosJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

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

    interface Element {
        void writeTo(JsonGenerator out) throws IOException;
    }

    /** An element for {@link #array(String, List)}; the comma that follows another one comes first. */
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

    void array(String name, PrintedArray<?> elements) throws IOException {
        array(name, () -> elements.shareWith(body));
    }

    void array(String name, List<byte[]> elements) throws IOException {
        array(name, () -> {
            int from = 1;
            for (byte[] element : elements) {
                body.share(element, from);
                from = 0;
            }
        });
    }

    private void array(String name, Runnable elements) throws IOException {
        out.writeFieldName(name);
        out.writeRawValue("[");
        out.flush();
        elements.run();
        out.writeRaw(']');
    }
}
