package io.stoa.itests.golden;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.stoa.proto.json.MesosJson;
import io.stoa.proto.libprocess.Libprocess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskStatus;

/** Messages that a master sends, as trees that can be compared. */
final class MessageTree {

    private static final String INTERNAL = "mesos.internal.";

    /** What Mesos says of some updates that it made itself; of the others it says nothing, which means the same. */
    private static final String NOBODY = "@0.0.0.0:0";

    /** What the bytes in a message are. */
    private static final Map<String, Parser<? extends Message>> INNER = Map.of(
            "master_info", MasterInfo.parser(),
            "offers", Offer.parser(),
            "status", TaskStatus.parser(),
            "framework", FrameworkInfo.parser());

    private MessageTree() {}

    /** Null for names that are not internal ones. */
    static Descriptor type(String name) {
        return Objects.requireNonNull(
                Libprocess.getDescriptor().findMessageTypeByName(name.substring(INTERNAL.length())), name);
    }

    static Map<String, Object> of(String name, byte[] body) throws IOException {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("message", name);
        tree.putAll(fields(DynamicMessage.parseFrom(type(name), body)));
        return tree;
    }

    private static Map<String, Object> fields(Message message) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            String name = field.getKey().getName();
            if (field.getValue().equals(NOBODY) || field.getValue().equals(ByteString.EMPTY)) {
                continue;
            }
            // Which process an update is from is told by more than that it is somebody.
            fields.put(name.equals("pid") ? "from" : name, value(name, field.getValue()));
        }
        return fields;
    }

    private static Object value(String name, Object value) throws IOException {
        if (value instanceof List<?> all) {
            List<Object> items = new ArrayList<>();
            for (Object one : all) {
                items.add(value(name, one));
            }
            return items;
        }
        if (value instanceof Message message) {
            return fields(message);
        }
        if (value instanceof ByteString bytes) {
            Parser<? extends Message> inner = INNER.get(name);
            return inner == null ? bytes.toStringUtf8() : JsonTree.parse(MesosJson.print(inner.parseFrom(bytes)));
        }
        return value instanceof String ? value : new JsonTree.Other(String.valueOf(value));
    }
}
