package io.stoa.proto.json;

import com.fasterxml.jackson.core.io.SerializedString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What is known of one message type: its fields by name, and in both orders in which Mesos prints them. */
final class MessageTable {

    // Message types are fixed when the program is built, so this cannot grow without end.
    private static final Map<Descriptor, MessageTable> TABLES = new ConcurrentHashMap<>();

    /** By the enum's name: values of Mesos 1.11 that its Java bindings for v1 lack. */
    private static final Map<String, Map<Integer, String>> NEWER_VALUES =
            Map.of("mesos.v1.MasterInfo.Capability.Type", Map.of(3, "QUOTA_V2"));

    private final Field[] declared;
    private final Field[] sorted;
    private final Map<String, Field> byName = new HashMap<>();

    private MessageTable(Descriptor descriptor) {
        declared = descriptor.getFields().stream().map(Field::new).toArray(Field[]::new);
        sorted = declared.clone();
        Arrays.sort(sorted, Comparator.comparing(field -> field.name.getValue()));
        for (Field field : declared) {
            byName.put(field.name.getValue(), field);
        }
    }

    static MessageTable of(Descriptor descriptor) {
        MessageTable table = TABLES.get(descriptor);
        return table != null ? table : TABLES.computeIfAbsent(descriptor, MessageTable::new);
    }

    /** In the order in which the {@code .proto} file declares them, or by name. */
    Field[] fields(boolean byNameOrder) {
        return byNameOrder ? sorted : declared;
    }

    @Nullable
    Field field(String name) {
        return byName.get(name);
    }

    /** One field, with everything that is asked of it for each message. */
    static final class Field {

        final FieldDescriptor descriptor;
        final SerializedString name;
        final FieldDescriptor.Type type;
        final boolean repeated;
        final boolean map;

        /** Mesos prints unset fields with an explicit default, unless they are deprecated. */
        final boolean printedWhenUnset;

        /** Names of values that the enum's descriptor does not have, by number. */
        final Map<Integer, String> newerNames;

        private final Map<String, EnumValueDescriptor> enumValues;

        private Field(FieldDescriptor descriptor) {
            this.descriptor = descriptor;
            name = new SerializedString(descriptor.getName());
            type = descriptor.getType();
            repeated = descriptor.isRepeated();
            map = descriptor.isMapField();
            printedWhenUnset = !repeated
                    && descriptor.hasDefaultValue()
                    && !descriptor.getOptions().getDeprecated();
            newerNames = type == FieldDescriptor.Type.ENUM
                    ? NEWER_VALUES.getOrDefault(descriptor.getEnumType().getFullName(), Map.of())
                    : Map.of();
            enumValues = type == FieldDescriptor.Type.ENUM
                    ? enumValues(descriptor.getEnumType().getValues())
                    : Map.of();
        }

        private static Map<String, EnumValueDescriptor> enumValues(List<EnumValueDescriptor> values) {
            Map<String, EnumValueDescriptor> named = new HashMap<>();
            values.forEach(value -> named.put(value.getName(), value));
            return named;
        }

        @Nullable
        EnumValueDescriptor enumValue(String valueName) {
            return enumValues.get(valueName);
        }
    }
}
