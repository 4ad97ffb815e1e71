package io.stoa.master.operator.v1;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import io.stoa.http.HttpResponse;
import io.stoa.http.PiecedBody;
import io.stoa.http.call.MediaType;
import io.stoa.master.operator.PrintedArray;
import io.stoa.proto.json.MesosJson;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Function;
import org.apache.mesos.v1.master.Protos.Response;

/** The two forms of an answer. A large one is put together of messages that were printed before. */
enum Form {
    JSON(MediaType.JSON) {
        @Override
        void print(Message element, FieldDescriptor field, OutputStream out) throws IOException {
            out.write(',');
            try (JsonGenerator json = MesosJson.generator(out)) {
                MesosJson.write(element, json);
            }
        }

        @Override
        void write(List<Part> message, PiecedBody body) throws IOException {
            try (JsonGenerator out = MesosJson.generator(body)) {
                write(message, out, body);
            }
        }

        private void write(List<Part> message, JsonGenerator out, PiecedBody body) throws IOException {
            out.writeStartObject();
            for (Part part : message) {
                write(part, out, body);
            }
            out.writeEndObject();
        }

        private void write(Part part, JsonGenerator out, PiecedBody body) throws IOException {
            if (part instanceof Part.Fields fields) {
                MesosJson.writeFields(fields.message(), out);
            } else if (part instanceof Part.One one) {
                out.writeFieldName(one.field().getName());
                write(one.parts(), out, body);
            } else if (part instanceof Part.Many many) {
                out.writeArrayFieldStart(many.field().getName());
                for (List<Part> message : many.messages()) {
                    write(message, out, body);
                }
                out.writeEndArray();
            } else if (part instanceof Part.Elements elements) {
                out.writeFieldName(elements.field().getName());
                out.writeRawValue("[");
                out.flush();
                int omitted = 1;
                for (PrintedArray<?, ?> printed : elements.printed()) {
                    printed.shareWith(body, omitted);
                    omitted = printed.size() == 0 ? omitted : 0;
                }
                out.writeRaw(']');
            }
        }
    },

    PROTOBUF(MediaType.PROTOBUF) {
        @Override
        void print(Message element, FieldDescriptor field, OutputStream out) throws IOException {
            CodedOutputStream coded = CodedOutputStream.newInstance(out);
            coded.writeMessage(field.getNumber(), element);
            coded.flush();
        }

        @Override
        void write(List<Part> message, PiecedBody body) throws IOException {
            for (Part part : message) {
                if (part instanceof Part.Fields fields) {
                    fields.message().writeTo(body);
                } else if (part instanceof Part.One one) {
                    write(one.field(), one.parts(), body);
                } else if (part instanceof Part.Many many) {
                    for (List<Part> each : many.messages()) {
                        write(many.field(), each, body);
                    }
                } else if (part instanceof Part.Elements elements) {
                    elements.printed().forEach(printed -> printed.shareWith(body, 0));
                }
            }
        }

        private void write(FieldDescriptor field, List<Part> message, PiecedBody body) throws IOException {
            CodedOutputStream out = CodedOutputStream.newInstance(body, HEAD_BYTES);
            out.writeTag(field.getNumber(), WireFormat.WIRETYPE_LENGTH_DELIMITED);
            out.writeUInt32NoTag(length(message));
            out.flush();
            write(message, body);
        }

        private int length(List<Part> message) {
            int length = 0;
            for (Part part : message) {
                if (part instanceof Part.Fields fields) {
                    length = Math.addExact(length, fields.message().getSerializedSize());
                } else if (part instanceof Part.One one) {
                    length = Math.addExact(length, length(one.field(), one.parts()));
                } else if (part instanceof Part.Many many) {
                    for (List<Part> each : many.messages()) {
                        length = Math.addExact(length, length(many.field(), each));
                    }
                } else if (part instanceof Part.Elements elements) {
                    for (PrintedArray<?, ?> printed : elements.printed()) {
                        length = Math.addExact(length, printed.length());
                    }
                }
            }
            return length;
        }

        private int length(FieldDescriptor field, List<Part> message) {
            int length = length(message);
            return CodedOutputStream.computeTagSize(field.getNumber())
                    + CodedOutputStream.computeUInt32SizeNoTag(length)
                    + length;
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
        return type.answer(new byte[0]);
    }

    /** Prints values as elements of a repeated field, for {@link Part.Elements}. */
    <T> PrintedArray.Printer<T> elements(FieldDescriptor field, Function<T, Message> message) {
        return (value, out) -> print(message.apply(value), field, out);
    }

    abstract void print(Message element, FieldDescriptor field, OutputStream out) throws IOException;

    abstract void write(List<Part> message, PiecedBody body) throws IOException;

    /** A short answer. */
    HttpResponse whole(Response response) {
        return type.answer(response);
    }

    CallAnswer show(Response response) {
        return show(List.of(new Part.Fields(response)));
    }

    CallAnswer show(List<Part> response) {
        try {
            PiecedBody body = new PiecedBody();
            write(response, body);
            return new CallAnswer.Shown(body);
        } catch (IOException e) {
            throw new UncheckedIOException("printing into memory", e);
        }
    }
}
