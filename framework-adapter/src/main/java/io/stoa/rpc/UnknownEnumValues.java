package io.stoa.rpc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.stoa.proto.v1.ClusterProto;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Refuses requests with a number that is no value of its enum. proto2 keeps it among the unknown fields, so that a
 * policy or a filter that only later versions have would silently be none.
 *
 * <p>Of our own messages; what Mesos' hold is judged as Mesos judges it, which takes most of what it does not know for
 * missing. Which fields there are is found out once for each type, so that a commit costs one look at its unknown
 * fields, not one at each operation.
 */
final class UnknownEnumValues implements ServerInterceptor {

    private static final String OWN = ClusterProto.getDescriptor().getPackage();

    /**
     * What to look at in messages of a type.
     *
     * @param enums fields
     * @param messages fields whose messages are to be looked at in turn
     */
    private record Fields(List<FieldDescriptor> enums, List<FieldDescriptor> messages) {}

    private static final Map<Descriptor, Fields> FIELDS = new ConcurrentHashMap<>();

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {

            private boolean refused;

            @Override
            public void onMessage(Q request) {
                Optional<String> error =
                        request instanceof Message message ? invalidity(message, "") : Optional.empty();
                if (error.isEmpty()) {
                    super.onMessage(request);
                } else {
                    refused = true;
                    call.close(Status.INVALID_ARGUMENT.withDescription(error.get()), new Metadata());
                }
            }

            @Override
            public void onHalfClose() {
                if (!refused) {
                    super.onHalfClose();
                }
            }
        };
    }

    /** @param path of the message in the request, with a dot at its end; empty for the request itself */
    private static Optional<String> invalidity(Message message, String path) {
        Fields fields = fields(message.getDescriptorForType());
        UnknownFieldSet unknown = message.getUnknownFields();
        if (!unknown.asMap().isEmpty()) {
            for (FieldDescriptor field : fields.enums()) {
                List<Long> values = unknown.getField(field.getNumber()).getVarintList();
                if (!values.isEmpty()) {
                    return Optional.of(path + field.getName() + ": " + values.get(0) + " (expected: "
                            + (field.isRepeated() ? "some of " : "one of ") + names(field) + ")");
                }
            }
        }
        for (FieldDescriptor field : fields.messages()) {
            Optional<String> error = field.isRepeated()
                    ? repeatedInvalidity(message, field, path + field.getName())
                    : invalidity((Message) message.getField(field), path + field.getName() + ".");
            if (error.isPresent()) {
                return error;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> repeatedInvalidity(Message message, FieldDescriptor field, String path) {
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
            Optional<String> error = invalidity((Message) message.getRepeatedField(field, i), path + "[" + i + "].");
            if (error.isPresent()) {
                return error;
            }
        }
        return Optional.empty();
    }

    private static String names(FieldDescriptor field) {
        return field.getEnumType().getValues().stream()
                .map(EnumValueDescriptor::getName)
                .collect(Collectors.joining(", "));
    }

    private static Fields fields(Descriptor type) {
        Fields known = FIELDS.get(type);
        if (known != null) {
            return known;
        }
        Fields found = new Fields(
                type.getFields().stream()
                        .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.ENUM)
                        .toList(),
                type.getFields().stream().filter(UnknownEnumValues::holdsEnums).toList());
        FIELDS.put(type, found);
        return found;
    }

    /** No type of ours holds itself. */
    private static boolean holdsEnums(FieldDescriptor field) {
        if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE
                || !field.getMessageType().getFile().getPackage().equals(OWN)) {
            return false;
        }
        Fields fields = fields(field.getMessageType());
        return !fields.enums().isEmpty() || !fields.messages().isEmpty();
    }
}
