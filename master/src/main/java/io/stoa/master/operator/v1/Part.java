package io.stoa.master.operator.v1;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.List;
import java.util.Objects;

/** A part of a large answer, of which most was printed before. */
sealed interface Part {

    FieldDescriptor field();

    /** A message of its own. */
    record Group(FieldDescriptor field, List<Part> parts) implements Part {

        public Group {
            parts = List.copyOf(parts);
        }
    }

    /**
     * A repeated field.
     *
     * @param printed each by {@link Form#print}
     */
    record Elements(FieldDescriptor field, List<byte[]> printed) implements Part {}

    /** @throws NullPointerException where the message has no such field */
    static FieldDescriptor field(Descriptor message, String name) {
        return Objects.requireNonNull(message.findFieldByName(name), name);
    }
}
