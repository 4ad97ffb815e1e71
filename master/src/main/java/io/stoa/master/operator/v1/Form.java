package io.stoa.master.operator.v1;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import io.stoa.http.HttpResponse;
import io.stoa.http.PiecedBody;
import io.stoa.mesos.v1.MediaType;
import io.stoa.proto.json.MesosJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.apache.mesos.v1.master.Protos.Response;

/** The two forms of an answer. A large one is put together of messages that were printed before. */
enum Form {
    JSON(MediaType.JSON) {
        @Override
        byte[] print(Message element) {
            try (ByteArrayBuilder bytes = new ByteArrayBuilder()) {
                bytes.write(',');
                try (JsonGenerator out = MesosJson.generator(bytes)) {
                    MesosJson.write(element, out);
                }
                return bytes.toByteArray();
            } catch (IOException e) {
                throw new UncheckedIOException("printing into memory", e);
            }
        }

        @Override
        void write(Response response, PiecedBody body) throws IOException {
            try (JsonGenerator out = MesosJson.generator(body)) {
                MesosJson.write(response, out);
            }
        }

        @Override
        void write(Response.Type type, Part part, PiecedBody body) throws IOException {
            try (JsonGenerator out = MesosJson.generator(body)) {
                out.writeStartObject();
                out.writeStringField("type", type.name());
                write(part, out, body);
                out.writeEndObject();
            }
        }

        private void write(Part part, JsonGenerator out, PiecedBody body) throws IOException {
            if (part instanceof Part.Group group) {
                out.writeObjectFieldStart(group.field().getName());
                for (Part each : group.parts()) {
                    write(each, out, body);
                }
                out.writeEndObject();
            } else if (part instanceof Part.Elements elements) {
                out.writeFieldName(elements.field().getName());
                out.writeRawValue("[");
                out.flush();
                int from = 1;
                for (byte[] element : elements.printed()) {
                    body.share(element, from);
                    from = 0;
                }
                out.writeRaw(']');
            }
        }
    },

    PROTOBUF(MediaType.PROTOBUF) {
        @Override
        byte[] print(Message element) {
            return element.toByteArray();
        }

        @Override
        void write(Response response, PiecedBody body) throws IOException {
            response.writeTo(body);
        }

        @Override
        void write(Response.Type type, Part part, PiecedBody body) throws IOException {
            Response.newBuilder().setType(type).build().writeTo(body);
            write(part, body);
        }

        private void write(Part part, PiecedBody body) throws IOException {
            int number = part.field().getNumber();
            if (part instanceof Part.Group group) {
                writeHead(number, length(group.parts()), body);
                for (Part each : group.parts()) {
                    write(each, body);
                }
            } else if (part instanceof Part.Elements elements) {
                for (byte[] element : elements.printed()) {
                    writeHead(number, element.length, body);
                    body.share(element, 0);
                }
            }
        }

        private void writeHead(int number, int length, PiecedBody body) throws IOException {
            CodedOutputStream out = CodedOutputStream.newInstance(body, HEAD_BYTES);
            out.writeTag(number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            out.writeUInt32NoTag(length);
            out.flush();
        }

        private int length(List<Part> parts) {
            int length = 0;
            for (Part part : parts) {
                int number = part.field().getNumber();
                if (part instanceof Part.Group group) {
                    length = Math.addExact(length, withHead(number, length(group.parts())));
                } else if (part instanceof Part.Elements elements) {
                    for (byte[] element : elements.printed()) {
                        length = Math.addExact(length, withHead(number, element.length));
                    }
                }
            }
            return length;
        }

        private int withHead(int number, int length) {
            return CodedOutputStream.computeTagSize(number) + CodedOutputStream.computeUInt32SizeNoTag(length) + length;
        }
    };

    private static final int HEAD_BYTES = 16;

    private final MediaType type;

    Form(MediaType type) {
        this.type = type;
    }

    static Form of(MediaType type) {
        return type == MediaType.JSON ? JSON : PROTOBUF;
    }

    /** Status and headers of an answer in this form. */
    HttpResponse head() {
        return new HttpResponse(200, List.of(Map.entry("Content-Type", type.text())), new byte[0]);
    }

    /** An element for {@link Part.Elements}. */
    abstract byte[] print(Message element);

    abstract void write(Response response, PiecedBody body) throws IOException;

    abstract void write(Response.Type type, Part part, PiecedBody body) throws IOException;

    CallAnswer show(Response response) {
        try {
            PiecedBody body = new PiecedBody();
            write(response, body);
            return new CallAnswer.Shown(body);
        } catch (IOException e) {
            throw new UncheckedIOException("printing into memory", e);
        }
    }

    CallAnswer show(Response.Type type, Part part) {
        try {
            PiecedBody body = new PiecedBody();
            write(type, part, body);
            return new CallAnswer.Shown(body);
        } catch (IOException e) {
            throw new UncheckedIOException("printing into memory", e);
        }
    }
}
