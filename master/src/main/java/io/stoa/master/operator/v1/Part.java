package io.stoa.master.operator.v1;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.stoa.master.operator.PrintedArray;
import java.util.List;
import java.util.Objects;

/** A part of a large answer, of which most was printed before; a message is a list of them. */
sealed interface Part {

    /** The fields of a message, in the midst of one of the same type. */
    record Fields(Message message) implements Part {}

    /** A field with a message in parts. */
    record One(FieldDescriptor field, List<Part> parts) implements Part {

        public One {
            parts = List.copyOf(parts);
        }
    }

    /** A repeated field of messages in parts. */
    record Many(FieldDescriptor field, List<List<Part>> messages) implements Part {

        public Many {
            messages = List.copyOf(messages);
        }
    }

    /**
     * A repeated field of messages that are printed.
     *
     * @param printed by {@link Form#elements}, one array after the other
     */
    record Elements(FieldDescriptor field, List<PrintedArray<?, ?>> printed) implements Part {

        public Elements {
            printed = List.copyOf(printed);
        }
    }

    /** @throws NullPointerException where the message has no such field */
    static FieldDescriptor field(Descriptor message, String name) {
        return Objects.requireNonNull(message.findFieldByName(name), name);
    }
}
