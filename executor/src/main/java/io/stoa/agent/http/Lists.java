package io.stoa.agent.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.stoa.http.HttpResponse;
import io.stoa.http.call.MediaType;
import io.stoa.proto.json.MesosJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.mesos.v1.agent.Protos.Response;

/** Answers that are made of lists: in JSON Mesos shows those, too, in which nothing is. */
final class Lists {

    private Lists() {}

    static HttpResponse answer(Response response, MediaType accepted) {
        if (accepted != MediaType.JSON) {
            return accepted.answer(response);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = MesosJson.generator(bytes)) {
            write(response, out);
        } catch (IOException e) {
            throw new UncheckedIOException("printing into memory", e);
        }
        return accepted.answer(bytes.toByteArray());
    }

    private static void write(Message message, JsonGenerator out) throws IOException {
        out.writeStartObject();
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (field.isRepeated()) {
                out.writeArrayFieldStart(field.getName());
                for (Object element : (List<?>) message.getField(field)) {
                    MesosJson.write((Message) element, out);
                }
                out.writeEndArray();
            } else if (message.hasField(field)) {
                out.writeFieldName(field.getName());
                if (message.getField(field) instanceof EnumValueDescriptor value) {
                    out.writeString(value.getName());
                } else {
                    write((Message) message.getField(field), out);
                }
            }
        }
        out.writeEndObject();
    }
}
