package io.stoa.http.call;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Locale;
import java.util.Optional;

/** What every call of a v1 API has to have: a type, and the message of that type. */
public final class CallRules {

    private CallRules() {}

    /**
     * What is wrong with it, in Mesos' words.
     *
     * @param call with a field {@code type}
     */
    public static Optional<String> invalidity(Message call) {
        FieldDescriptor type = call.getDescriptorForType().findFieldByName("type");
        if (!call.hasField(type)) {
            return missing("type");
        }
        String name = ((EnumValueDescriptor) call.getField(type)).getName().toLowerCase(Locale.ROOT);
        FieldDescriptor own = call.getDescriptorForType().findFieldByName(name);
        return own != null && !call.hasField(own) ? missing(own.getName()) : Optional.empty();
    }

    /** @param field with its path, {@code launch_container.container_id} */
    public static Optional<String> missing(String field) {
        return Optional.of("Expecting '" + field + "' to be present");
    }

    /** What is wrong with a uuid: it has 16 bytes, whose version digit, the upper half of byte 6, is 1 to 5. */
    public static Optional<String> uuidInvalidity(ByteString uuid) {
        if (uuid.size() != 16) {
            return Optional.of("Not a valid UUID");
        }
        int version = (uuid.byteAt(6) & 0xf0) >> 4;
        return version >= 1 && version <= 5 ? Optional.empty() : Optional.of("Not a valid UUID");
    }
}
